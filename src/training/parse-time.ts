import { TrainingError } from './errors.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * An instant from the command line: ISO 8601, epoch milliseconds, `now`, or `now-<number><s|m|h|d|w>`.
 * @throws TrainingError `CAUSEWAY_TRAINING_RANGE` naming the argument
 */
export function parseTime(text: string, nowMs: number, argument: string): number {
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(text.trim());
  if (relative) {
    return nowMs - Number(relative[1] ?? 0) * (UNITS_MS[relative[2] ?? 's'] ?? 0);
  }
  const atMs = /^\d{12,14}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(atMs)) {
    throw new TrainingError('CAUSEWAY_TRAINING_RANGE', `--${argument} "${text.slice(0, 40)}" is no time.`);
  }
  return atMs;
}

/**
 * A range whose end lies after its beginning.
 * @throws TrainingError `CAUSEWAY_TRAINING_RANGE`
 */
export function parseRange(
  from: string,
  to: string,
  nowMs: number
): { readonly fromMs: number; readonly toMs: number } {
  const range = { fromMs: parseTime(from, nowMs, 'from'), toMs: parseTime(to, nowMs, 'to') };
  if (range.toMs <= range.fromMs) {
    throw new TrainingError('CAUSEWAY_TRAINING_RANGE', '--to does not lie after --from.');
  }
  return range;
}
