import type { EpochMs, Seconds, TimeWindow } from '#model';

/**
 * The evaluation times inside a half-open window: multiples of the step, so that repeated reads ask for the same
 * instants and detectors see one regular grid.
 * @throws RangeError when the step is not a whole number of milliseconds or no multiple lies inside
 */
export function toGrid(
  window: TimeWindow,
  stepSeconds: Seconds
): { readonly startMs: EpochMs; readonly endMs: EpochMs; readonly stepSeconds: Seconds } {
  const stepMs = stepSeconds * 1000;
  if (!Number.isSafeInteger(stepMs) || stepMs < 1) {
    throw new RangeError(`a step of ${stepSeconds} s; give whole milliseconds`);
  }
  const startMs = Math.ceil(window.fromMs / stepMs) * stepMs;
  const endMs = Math.ceil(window.toMs / stepMs) * stepMs - stepMs;
  if (!(startMs <= endMs)) {
    throw new RangeError(`no step of ${stepSeconds} s lies in the window ${window.fromMs} to ${window.toMs}`);
  }
  return { startMs, endMs, stepSeconds };
}
