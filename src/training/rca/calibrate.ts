import { logSoftmax, PLAIN_DEFAULTS, quantileSorted } from '#engine';
import type { EvaluatedItem } from './evaluate.ts';
import { itemWeights } from './training-item.ts';

/** Too few incidents to say how sure the scores may be. */
const MIN_ITEMS = 20;
/**
 * Temperatures that are tried; no data set of this size can tell closer ones apart. None is below 1: easy systems ask for that,
 * and on a hard one that nobody looked at it makes answers sure that are wrong.
 */
const TEMPERATURES = Array.from({ length: 27 }, (_, i) => 1.05 ** i);
/** Share of quiet windows that the threshold shall silence, and of incidents that it may. */
const QUIET_SHARE = 0.9;
const MISSED_SHARE = 0.05;

/**
 * The temperature at which confidences fit best: the mean of `-log softmax(scores / T)[truth]` is smallest. Every system counts
 * alike.
 *
 * @param items  judged by weights that were not trained on them
 * @returns 1 to 3.6; 1 where there are fewer than 20 items
 * Cost O(27 x services of all items). Ref: Guo et al. 2017, On Calibration of Modern Neural Networks (ICML).
 */
export function fitTemperature(items: readonly EvaluatedItem[]): number {
  if (items.length < MIN_ITEMS) {
    return PLAIN_DEFAULTS.temperature;
  }
  const shares = itemWeights(items);
  const losses = TEMPERATURES.map((temperature) =>
    items.reduce((sum, item, i) => sum + (shares[i] ?? 0) * surpriseAt(item, temperature), 0)
  );
  return TEMPERATURES[losses.indexOf(Math.min(...losses))] ?? PLAIN_DEFAULTS.temperature;
}

/**
 * Confidences as they would be on a system that was not looked at: those of each system at the temperature that fits the other
 * systems.
 *
 * @param items  judged by weights that were not trained on them
 * @param testOnly  systems that no temperature is fitted to
 * @returns the same items with other confidences
 * Cost systems x {@link fitTemperature}.
 */
export function calibrateAcross(
  items: readonly EvaluatedItem[],
  testOnly: readonly string[] = []
): readonly EvaluatedItem[] {
  const fitting = items.filter(({ system }) => !testOnly.includes(system));
  const systems = [...new Set(items.map(({ system }) => system))];
  const fitted = new Map(
    systems.map((name) => [name, fitTemperature(fitting.filter(({ system }) => system !== name))] as const)
  );
  return items.map((item) => {
    const temperature = fitted.get(item.system) ?? PLAIN_DEFAULTS.temperature;
    const scores = logSoftmax(item.scores.map((score) => score / temperature));
    return { ...item, scores, confidence: Math.exp(scores.reduce((most, score) => Math.max(most, score), -Infinity)) };
  });
}

function surpriseAt({ scores, truth }: EvaluatedItem, temperature: number): number {
  return -(logSoftmax(scores.map((score) => score / temperature))[truth] ?? 0);
}

/**
 * The smallest top linear score that names a cause: what nine of ten quiet windows stay below, but no more than what 19 of 20
 * incidents reach.
 *
 * @param incidents  top linear scores of incidents by weights that were not trained on them
 * @param quiet  those of quiet windows
 * @returns a score; the default where one of both has fewer than 20
 * Cost O(n log n).
 */
export function fitThreshold(incidents: readonly number[], quiet: readonly number[]): number {
  if (Math.min(incidents.length, quiet.length) < MIN_ITEMS) {
    return PLAIN_DEFAULTS.threshold;
  }
  return Math.min(quantileOf(quiet, QUIET_SHARE), quantileOf(incidents, MISSED_SHARE));
}

function quantileOf(values: readonly number[], p: number): number {
  return quantileSorted(Float64Array.from(values).sort(), p);
}
