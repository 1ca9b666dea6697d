import type { RunEvent, RunRecord } from '#contracts';
import { describe, expect, it } from 'vitest';
import { listInvestigationProblems } from './investigation-result.ts';

const KINDS = ['step', 'query', 'step', 'evidence', 'ranking', 'hypothesis', 'verdict', 'report', 'cost'];

function investigated(kinds: readonly string[] = KINDS, change: Partial<RunRecord> = {}, seconds = 2) {
  const events = kinds.map((type, index) => ({
    type,
    seq: index + 1,
    ...(type === 'step' ? { step: 'signals', phase: index === 0 ? 'began' : 'ended' } : {}),
  })) as unknown as readonly RunEvent[];
  const run = { status: 'finished', reason: '', decision: 'root-cause', verdict: 'LIKELY', lastSeq: kinds.length };
  return { run: { ...run, ...change } as RunRecord, events, seconds };
}
const fault = { isFault: true };

describe('an investigation of the smoke run', () => {
  it('lacks nothing when its report is complete and in time', () => {
    expect(listInvestigationProblems(investigated(), fault)).toEqual([]);
    const quiet = investigated(KINDS.filter((kind) => kind !== 'evidence'));
    expect(listInvestigationProblems(quiet, { isFault: false })).toEqual([]);
  });

  it.each<[string, ReturnType<typeof investigated>, RegExp]>([
    ['it failed', investigated(KINDS, { status: 'failed', reason: 'no Prometheus' }), /failed: no Prometheus/],
    ['nothing was decided', investigated(KINDS, { verdict: null }), /no verdict/],
    ['a fault has no evidence', investigated(KINDS.filter((kind) => kind !== 'evidence')), /lacks evidence/],
    ['the report is missing', investigated(KINDS.filter((kind) => kind !== 'report')), /lacks report/],
    ['the verdict comes first', investigated(['verdict', ...KINDS.filter((kind) => kind !== 'verdict')]), /in order/],
    ['an event was lost', investigated(KINDS, { lastSeq: 10 }), /in order/],
    ['a step has no end', investigated(KINDS.toSpliced(2, 1)), /did not end: signals/],
    ['it is late', investigated(KINDS, {}, 10.1), /took 10.1 s/],
  ])('lacks something when %s', (_, given, problem) => {
    expect(listInvestigationProblems(given, fault).join()).toMatch(problem);
  });
});
