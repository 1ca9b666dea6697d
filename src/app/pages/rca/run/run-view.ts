import { RUN_STEPS, type RunCost, type RunEvent, type RunLink, type RunRecord, type RunStep } from '#contracts';
import type { DataGap, Evidence, RcaReport, Unit } from '#model';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** A step that has begun. `ms` is missing while it is under way. */
export interface BegunStep {
  readonly step: RunStep;
  readonly beganMs: number;
  readonly ms?: number;
  /** What was found, or the place in the queue. */
  readonly text: string;
  /** Reads of the step so far. */
  readonly reads: number;
}

/** Everything that is known of a run from its events, as far as they have come. */
export interface RunView {
  readonly lastSeq: number;
  /** Real milliseconds from the start of the run to its newest event. */
  readonly elapsedMs: number;
  readonly steps: readonly BegunStep[];
  readonly queries: ReadonlyArray<EventOf<'query'>>;
  readonly evidence: readonly Evidence[];
  /** Where evidence can be looked at, by its number. */
  readonly links: Readonly<Record<number, RunLink>>;
  readonly ranking: EventOf<'ranking'> | undefined;
  readonly hypotheses: ReadonlyArray<EventOf<'hypothesis'>>;
  readonly rejected: ReadonlyArray<EventOf<'rejected'>>;
  readonly verdict: EventOf<'verdict'> | undefined;
  readonly report: RcaReport | undefined;
  readonly sent: EventOf<'sent'> | undefined;
  readonly written: EventOf<'written'> | undefined;
  readonly notes: ReadonlyArray<EventOf<'note'>>;
  readonly errors: ReadonlyArray<EventOf<'error'>>;
  readonly cost: RunCost | undefined;
  /** The run as it was told last. */
  readonly record: RunRecord | undefined;
  /** Whether it is over and everything of it has come. */
  readonly isOver: boolean;
  /** How many go first. */
  readonly ahead: number;
  /** What the ledger lacks, or why nothing happens. */
  readonly problem: DataGap | undefined;
}

export const EMPTY_RUN: RunView = {
  lastSeq: 0,
  elapsedMs: 0,
  steps: [],
  queries: [],
  evidence: [],
  links: {},
  ranking: undefined,
  hypotheses: [],
  rejected: [],
  verdict: undefined,
  report: undefined,
  sent: undefined,
  written: undefined,
  notes: [],
  errors: [],
  cost: undefined,
  record: undefined,
  isOver: false,
  ahead: 0,
  problem: undefined,
};

/** The view after more events. Those that it has are left out, so that a stream may be attached anew at any place. */
export function withEvents(view: RunView, events: readonly RunEvent[]): RunView {
  return events.reduce((next, event) => (event.seq <= next.lastSeq ? next : withEvent(next, event)), view);
}

function withEvent(old: RunView, event: RunEvent): RunView {
  const view = { ...old, lastSeq: event.seq, elapsedMs: Math.max(old.elapsedMs, event.elapsedMs) };
  switch (event.type) {
    case 'step':
      return { ...view, steps: withStep(view.steps, event), ahead: event.step === 'queue' ? view.ahead : 0 };
    case 'query':
      return { ...view, queries: [...view.queries, event], steps: withRead(view.steps) };
    case 'evidence':
      return withEvidence(view, event);
    case 'hypothesis':
      return { ...view, hypotheses: [...view.hypotheses, event] };
    case 'rejected':
      return { ...view, rejected: [...view.rejected, event] };
    case 'note':
      return { ...view, notes: [...view.notes, event] };
    case 'error':
      return { ...view, errors: [...view.errors, event] };
    case 'report':
      return { ...view, report: event.report };
    case 'cost':
      return { ...view, cost: event.cost };
    // The newest word counts.
    case 'ranking':
    case 'verdict':
    case 'sent':
    case 'written':
      return { ...view, [event.type]: event };
    // A newer backend may tell more.
    default:
      return view;
  }
}

function withStep(steps: readonly BegunStep[], event: EventOf<'step'>): readonly BegunStep[] {
  const { step, text } = event;
  if (!RUN_STEPS.includes(step)) {
    return steps;
  }
  if (event.phase === 'began') {
    return [...steps, { step, beganMs: event.elapsedMs, text, reads: 0 }];
  }
  const at = steps.findLastIndex((begun) => begun.step === step && begun.ms === undefined);
  const ms = event.ms ?? undefined;
  return steps.map((begun, index) =>
    index === at ? { ...begun, ms: ms ?? Math.max(0, event.elapsedMs - begun.beganMs), text } : begun
  );
}

function withRead(steps: readonly BegunStep[]): readonly BegunStep[] {
  const at = steps.findLastIndex(({ ms }) => ms === undefined);
  return steps.map((begun, index) => (index === at ? { ...begun, reads: begun.reads + 1 } : begun));
}

function withEvidence(view: RunView, event: EventOf<'evidence'>): RunView {
  const number = Number(/^e(\d{1,6})$/.exec(event.id)?.[1] ?? Number.NaN);
  if (!Number.isFinite(number)) {
    return view;
  }
  return {
    ...view,
    evidence: [...view.evidence.filter((item) => item.number !== number), toEvidence(number, event)],
    links: event.link === null ? view.links : { ...view.links, [number]: event.link },
  };
}

const UNITS: readonly string[] = ['seconds', 'bytes', 'ratio', 'per-second', 'count', 'cores', 'dimensionless'];
const LANGUAGES = { prometheus: 'promql', loki: 'logql', tempo: 'traceql' } as const;

/** The event as evidence of a report. What it does not know is missing. */
function toEvidence(number: number, event: EventOf<'evidence'>): Evidence {
  const { source, service, statement, query, window, value, baseline, unit, link, detail } = event;
  const language = link?.kind === 'explore' ? LANGUAGES[link.source] : undefined;
  return {
    number,
    source,
    service,
    statement,
    ...(query === null ? {} : { query }),
    ...(language === undefined ? {} : { language }),
    ...(window === null ? {} : { window }),
    ...(value === null ? {} : { observed: value }),
    ...(baseline === null ? {} : { baseline }),
    ...(unit !== null && UNITS.includes(unit) ? { unit: unit as Unit } : {}),
    // Runs of older versions were stored without it.
    ...(detail ? { detail } : {}),
  };
}

/** The evidence of the report, and what was added to it afterwards; of the events alone while there is no report. */
export function allEvidence({ report, evidence }: Pick<RunView, 'report' | 'evidence'>): readonly Evidence[] {
  if (!report) {
    return evidence;
  }
  const known = new Set(report.evidence.map(({ number }) => number));
  return [...report.evidence, ...evidence.filter(({ number }) => !known.has(number))];
}
