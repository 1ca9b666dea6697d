import type { RunEvent, RunRecord } from '#contracts';

/** A run that ended, as a page sees it. */
export interface InvestigatedScenario {
  readonly run: RunRecord;
  readonly events: readonly RunEvent[];
  /** Real seconds from the question to the end of the run. */
  readonly seconds: number;
}

/** Real seconds within which a report must be complete. */
export const INVESTIGATION_LIMIT_SECONDS = 10;
/** Parts of a report, in the order in which they are told. */
const PARTS = ['evidence', 'ranking', 'verdict', 'report', 'cost'] as const;

/** What a run lacks to be a complete report in time; empty when it lacks nothing. */
export function listInvestigationProblems(
  { run, events, seconds }: InvestigatedScenario,
  { isFault }: { readonly isFault: boolean }
): readonly string[] {
  if (run.status !== 'finished') {
    return [`the investigation ${run.status}: ${run.reason}`];
  }
  const places = PARTS.map((part) => ({ part, at: events.findIndex(({ type }) => type === part) })).filter(
    // Where nothing is wrong there may be nothing to show.
    ({ part, at }) => isFault || part !== 'evidence' || at >= 0
  );
  const missing = places.filter(({ at }) => at < 0).map(({ part }) => part);
  const isOrdered = places.every(({ at }, index) => index === 0 || (places[index - 1]?.at ?? 0) < at);
  const hasGaps = events.some(({ seq }, index) => seq !== index + 1) || events.length !== run.lastSeq;
  const steps = events.flatMap((event) => (event.type === 'step' ? [event] : []));
  const open = new Set(steps.filter(({ phase }) => phase === 'began').map(({ step }) => step));
  steps.filter(({ phase }) => phase === 'ended').forEach(({ step }) => open.delete(step));
  return [
    ...(run.decision && run.verdict ? [] : ['the investigation has no decision or no verdict']),
    ...(missing.length > 0 ? [`the investigation lacks ${missing.join(', ')}`] : []),
    ...(isOrdered && !hasGaps ? [] : ['the events of the investigation are not in order']),
    ...(open.size === 0 ? [] : [`steps of the investigation did not end: ${[...open].join(', ')}`]),
    ...(seconds <= INVESTIGATION_LIMIT_SECONDS
      ? []
      : [`the report took ${seconds.toFixed(1)} s, more than ${INVESTIGATION_LIMIT_SECONDS} s`]),
  ];
}
