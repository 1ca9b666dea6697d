import type { TimeWindow } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import { BackendError } from '../errors.ts';
import type { DocumentedRule } from './documented-rule.ts';
import { type AlertStream, flagSurprisal } from './find-alerts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a rule looks back on: a day that ends an hour before the point, or a week and what calibrates it. */
const HISTORY_MS: Readonly<Record<DocumentedRule, number>> = {
  'day-three-sigma': 26 * HOUR_MS,
  'weekly-band': 8 * DAY_MS,
};
/** The weekly band is fitted anew every hour, about half a second of one core for each series and day. */
const MAX_SERIES_DAYS: Readonly<Record<DocumentedRule, number>> = { 'day-three-sigma': 10_000, 'weekly-band': 280 };
/** What one task judges: a second, so that other tasks are not kept waiting. */
const CHUNK_MS: Readonly<Record<DocumentedRule, number>> = { 'day-three-sigma': 7 * DAY_MS, 'weekly-band': 2 * DAY_MS };
/** The rules are documented for five minutes. */
const LEAST_STEP_SECONDS = 300;

/** History that a rule needs before a range. */
export function ruleHistoryMs(rule: DocumentedRule): number {
  return HISTORY_MS[rule];
}

/** The step at which a rule is replayed. */
export function ruleStepSeconds(detectSeconds: number): number {
  return detectSeconds * Math.ceil(LEAST_STEP_SECONDS / detectSeconds);
}

/**
 * Judges every signal of a range by a documented rule, in the worker.
 * @throws BackendError when that would take too long
 */
export async function replayRule(
  {
    rule,
    range,
    stepSeconds,
  }: { readonly rule: DocumentedRule; readonly range: TimeWindow; readonly stepSeconds: number },
  {
    read,
    pool,
    signal,
  }: {
    readonly read: (fromMs: number, toMs: number) => Promise<readonly PackedSignal[]>;
    readonly pool: AnalysisPool;
    readonly signal: AbortSignal;
  }
): Promise<readonly AlertStream[]> {
  const stepMs = stepSeconds * 1000;
  const fromMs = Math.floor((range.fromMs - HISTORY_MS[rule]) / stepMs) * stepMs;
  const signals = await read(fromMs, range.toMs);
  if ((signals.length * (range.toMs - range.fromMs)) / DAY_MS > MAX_SERIES_DAYS[rule]) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', `The rule would have to judge ${signals.length} series.`, {
      remedy: 'Choose one service, or a shorter range.',
    });
  }
  const streams: AlertStream[] = [];
  for (const item of signals) {
    const times: number[] = [];
    const surprisals: number[] = [];
    for (let atMs = range.fromMs; atMs < range.toMs; atMs += CHUNK_MS[rule]) {
      signal.throwIfAborted();
      const chunk = { fromMs: atMs, toMs: Math.min(range.toMs, atMs + CHUNK_MS[rule]) - 1 };
      const [found] = await pool.run('documentedRule', { rule, signals: [item], ...chunk, stepSeconds }, signal);
      times.push(...(found?.timesMs ?? []));
      surprisals.push(...Array.from(found?.flags ?? [], flagSurprisal));
    }
    streams.push({ service: item.service, signalId: item.id, timesMs: times, surprisals });
  }
  return streams;
}
