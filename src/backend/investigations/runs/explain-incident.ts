import type { IncidentRecord, RunRecord, RunRequest, StartedRun } from '#contracts';
import type { TimeWindow } from '#model';
import type { RunKeeper } from './run-keeper.ts';

/** How an incident is to be explained. */
export interface Explanation {
  readonly window: TimeWindow;
  readonly depth: RunRequest['depth'];
  /** A run beside those that the incident has. */
  readonly again: boolean;
  /** The watch when missing. */
  readonly by?: Pick<RunRecord, 'origin' | 'startedBy'>;
}

/** Longest stretch that one run explains: its first day, where an incident lasts longer. */
const MAX_WINDOW_MS = 24 * 3_600_000;

/**
 * Starts a run of an incident. The first one is the only one of its fingerprint and onset, whoever starts it; the others stand
 * beside it, the newest counts.
 * @throws BackendError as {@link RunKeeper.start}
 */
export async function explainIncident(
  keeper: Pick<RunKeeper, 'start'>,
  { id, fingerprint, service, symptom, onsetMs }: IncidentRecord,
  { window, depth, again, by = { origin: 'watch', startedBy: 'watch' } }: Explanation
): Promise<StartedRun> {
  const fromMs = Math.max(0, Math.floor(window.fromMs));
  const whole = { fromMs, toMs: Math.min(Math.ceil(window.toMs), fromMs + MAX_WINDOW_MS) };
  const request = { service, symptom, window: whole, onsetMs: Math.round(onsetMs), depth };
  const start = { ...by, request, incidentId: id };
  const first = again ? undefined : await keeper.start({ ...start, fingerprint, startsAtMs: onsetMs });
  // The same trouble may have been an incident before: that run is not of this one.
  return first && (first.created || first.run.incidentId === id) ? first : keeper.start({ ...start, again: true });
}
