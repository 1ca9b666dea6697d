import type { RunDetail, RunEvent, RunEventBody, RunRecord, RunStreamLine } from '#contracts';
import type { RcaReport } from '#model';
import { NOW_MS, report as usualReport } from './records.ts';

export function runRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    id: '01RUN',
    fingerprint: 'question:1',
    startsAtMs: NOW_MS - 3_600_000,
    request: { service: 'checkout', window: { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS }, depth: 'engine' },
    origin: 'link',
    startedBy: 'admin',
    incidentId: null,
    status: 'running',
    reason: '',
    createdMs: NOW_MS,
    finishedMs: null,
    verdict: null,
    decision: null,
    cause: null,
    cost: null,
    lastSeq: 0,
    revision: 1,
    ...change,
  };
}

export function finishedRun(change: Partial<RunRecord> = {}): RunRecord {
  return runRecord({
    status: 'finished',
    finishedMs: NOW_MS + 2000,
    verdict: 'LIKELY',
    decision: 'root-cause',
    cause: { service: 'orders-db', cause: 'slow-query', confidence: 0.91 },
    ...change,
  });
}

export function runDetail(change: Partial<RunDetail> = {}): RunDetail {
  return { ...runRecord(), feedback: [], ...change };
}

/** Events with their numbers from 1, 100 ms apart. */
export function runEvents(...bodies: readonly RunEventBody[]): RunEvent[] {
  return bodies.map((body, index) => ({
    ...body,
    seq: index + 1,
    atMs: NOW_MS + index * 100,
    elapsedMs: index * 100,
  })) as RunEvent[];
}

type Body<Type extends RunEventBody['type']> = Extract<RunEventBody, { type: Type }>;

export const began = (step: Body<'step'>['step'], text = ''): Body<'step'> => ({
  type: 'step',
  step,
  phase: 'began',
  ms: null,
  text,
});

export const ended = (step: Body<'step'>['step'], ms: number, text = ''): Body<'step'> => ({
  type: 'step',
  step,
  phase: 'ended',
  ms,
  text,
});

export const readQuery = (text: string): Body<'query'> => ({
  type: 'query',
  source: 'prometheus',
  text,
  window: null,
  rows: 3,
  bytes: 100,
  ms: 5,
  error: null,
});

export const evidenceEvent = (change: Partial<Body<'evidence'>> = {}): Body<'evidence'> => ({
  type: 'evidence',
  id: 'e1',
  source: 'metric',
  service: 'payment',
  statement: 'p99 latency of payment rose from 50 ms to 3.5 s.',
  query: 'up',
  window: null,
  value: 3.5,
  baseline: 0.05,
  unit: 'seconds',
  link: null,
  detail: null,
  ...change,
});

export const writtenEvent = (change: Partial<Body<'written'>> = {}): Body<'written'> => ({
  type: 'written',
  rootCause: [{ text: 'orders-db scans orders since the index is gone.', cites: [2] }],
  impact: [{ text: 'Checkout answers in 3.5 s.', cites: [1] }],
  remediation: [{ step: 1, text: 'Create the index again.', cites: [2], runbook: 'create-index' }],
  unknown: [{ text: 'Whether traces agree.', cites: [], check: 'Sample traces of payment.' }],
  confidence: 0.8,
  contradictions: [],
  cut: [],
  ...change,
});

export const costEvent: Body<'cost'> = {
  type: 'cost',
  cost: { queries: 12, rows: 900, bytes: 20_480, ms: 2000, modelCalls: 0, tokensIn: 0, tokensOut: 0, money: null },
};

/** All that a usual run tells until its report. */
export function usualBodies(report: RcaReport = usualReport()): readonly RunEventBody[] {
  return [
    began('signals'),
    readQuery('rate(http_requests_total[1m])'),
    ended('signals', 400, '1 reads, 3 rows'),
    began('ranking'),
    ended('ranking', 100),
    began('report'),
    evidenceEvent(),
    { type: 'report', report },
    ended('report', 10),
    costEvent,
  ];
}

/** A stream of these events, then of the end where there is one. */
export function runLines(events: readonly RunEvent[], end?: RunRecord): string[] {
  const lines: RunStreamLine[] = [
    ...events.map((event): RunStreamLine => ({ kind: 'event', event })),
    ...(end ? [{ kind: 'run' as const, run: end }] : []),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}
