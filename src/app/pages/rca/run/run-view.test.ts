import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from '#contracts';
import { report } from '../../../../ui/testing/records.ts';
import {
  began,
  costEvent,
  ended,
  evidenceEvent,
  readQuery,
  runEvents,
  usualBodies,
  writtenEvent,
} from '../../../../ui/testing/runs.ts';
import { allEvidence, EMPTY_RUN, type RunView, withEvents } from './run-view.ts';

const viewOf = (...bodies: readonly RunEventBody[]) => withEvents(EMPTY_RUN, runEvents(...bodies));
const RANKING: RunEventBody = { type: 'ranking', decision: 'root-cause', rankedWith: null, scores: [] };
const NOTE: RunEventBody = { type: 'note', level: 'info', text: 'n' };
const FAILURE: RunEventBody = { type: 'error', code: 'C', message: 'm', remedy: 'r' };

describe('the view of a run', () => {
  it.each<[string, readonly RunEventBody[], Partial<Record<keyof RunView, unknown>>]>([
    ['nothing before the first event', [], { lastSeq: 0, elapsedMs: 0, steps: [], report: undefined }],
    [
      'a step under way with its reads',
      [began('signals'), readQuery('a'), readQuery('b')],
      { steps: [{ step: 'signals', beganMs: 0, text: '', reads: 2 }], lastSeq: 3, elapsedMs: 200 },
    ],
    [
      'a step that ended with what was found',
      [began('signals'), ended('signals', 400, '2 reads')],
      { steps: [{ step: 'signals', beganMs: 0, ms: 400, text: '2 reads', reads: 0 }] },
    ],
    ['an end without a begin as nothing', [ended('signals', 400)], { steps: [] }],
    [
      'evidence at once, as evidence of a report',
      [
        evidenceEvent({
          id: 'e12',
          baseline: null,
          link: { kind: 'explore', source: 'loki', query: 'q', window: { fromMs: 1, toMs: 2 } },
        }),
      ],
      {
        evidence: [
          {
            number: 12,
            source: 'metric',
            service: 'payment',
            statement: 'p99 latency of payment rose from 50 ms to 3.5 s.',
            query: 'up',
            language: 'logql',
            observed: 3.5,
            unit: 'seconds',
          },
        ],
        links: { 12: { kind: 'explore', source: 'loki', query: 'q', window: { fromMs: 1, toMs: 2 } } },
      },
    ],
    ['no evidence without a number', [evidenceEvent({ id: 'x' })], { evidence: [] }],
    [
      'the newest ranking',
      [RANKING, { ...RANKING, decision: 'insufficient-data' }],
      { ranking: { ...RANKING, decision: 'insufficient-data', seq: 2, atMs: expect.any(Number), elapsedMs: 100 } },
    ],
    ['what the model wrote', [writtenEvent()], { written: expect.objectContaining({ confidence: 0.8 }) }],
    [
      'every note and error',
      [NOTE, FAILURE, NOTE],
      { notes: [expect.anything(), expect.anything()], errors: [expect.anything()] },
    ],
    ['report and cost', [{ type: 'report', report: report() }, costEvent], { report: report(), cost: costEvent.cost }],
  ])('has %s', (_name, bodies, expected) => {
    const view = viewOf(...bodies);
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, view[key as keyof RunView]]))).toEqual(expected);
  });

  it('reads a run that an older version stored, without details, and one of a newer version that tells more', () => {
    const { detail: _, ...old } = evidenceEvent();
    const [first, second] = runEvents(old as RunEventBody, { type: 'news' } as unknown as RunEventBody);
    const view = withEvents(EMPTY_RUN, [first!, second!]);
    expect(view.evidence).toHaveLength(1);
    expect(view.lastSeq).toBe(2);
  });

  it('is the same wherever a stream was cut and attached again', () => {
    const events = runEvents(...usualBodies(), NOTE, writtenEvent());
    const whole = withEvents(EMPTY_RUN, events);
    const cut = fc.nat({ max: events.length });
    fc.assert(
      fc.property(cut, cut, (first, second) => {
        const parts: ReadonlyArray<readonly RunEvent[]> = [
          events.slice(0, first),
          events.slice(Math.min(first, second)),
        ];
        expect(parts.reduce(withEvents, EMPTY_RUN)).toEqual(whole);
      })
    );
  });

  it('adds what was found after the report to its evidence, each once', () => {
    const own = report();
    const view = viewOf({ type: 'report', report: own }, evidenceEvent(), evidenceEvent({ id: 'e90' }));
    expect(allEvidence(view).map(({ number }) => number)).toEqual([...own.evidence.map(({ number }) => number), 90]);
    expect(allEvidence(viewOf(evidenceEvent())).map(({ number }) => number)).toEqual([1]);
  });
});
