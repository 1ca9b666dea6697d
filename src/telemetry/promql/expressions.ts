import type { Seconds } from '#model';
import { labelName } from './escape.ts';

/** Scrape interval that is assumed when none is given. */
const DEFAULT_SCRAPE_SECONDS: Seconds = 15;

/**
 * Range of a `rate`, in seconds: four scrapes, so that one lost scrape leaves two samples, and never less than one step
 * plus one scrape, so that no increase falls between two evaluations (Grafana's `$__rate_interval`).
 */
export function rateWindowSeconds(stepSeconds: Seconds, scrapeSeconds: Seconds = DEFAULT_SCRAPE_SECONDS): Seconds {
  return Math.ceil(Math.max(4 * scrapeSeconds, stepSeconds + scrapeSeconds));
}

/**
 * A PromQL duration.
 * @throws RangeError unless it is at least one whole second
 */
export function duration(seconds: Seconds): string {
  if (!Number.isSafeInteger(seconds) || seconds < 1) {
    throw new RangeError(`a PromQL duration of ${seconds} s; give whole seconds, at least 1`);
  }
  return `${seconds}s`;
}

/** `rate(selector[window])`. */
export function rate(vector: string, windowSeconds: Seconds): string {
  return `rate(${vector}[${duration(windowSeconds)}])`;
}

/** `increase(selector[window])`. */
export function increase(vector: string, windowSeconds: Seconds): string {
  return `increase(${vector}[${duration(windowSeconds)}])`;
}

/** `sum by (labels) (expr)`. */
export function sumBy(labels: readonly string[], expr: string): string {
  return `sum by (${labels.map(labelName).join(', ')}) (${expr})`;
}

/** `max by (labels) (expr)`. */
export function maxBy(labels: readonly string[], expr: string): string {
  return `max by (${labels.map(labelName).join(', ')}) (${expr})`;
}

/** A quotient that is absent where the denominator is zero or missing: no traffic is no verdict, not NaN. */
export function quotient(numerator: string, denominator: string): string {
  return `${numerator} / (${denominator} > 0)`;
}

/**
 * The share of a part in a total, with the same labels on both. A series that only exists after its first event (errors,
 * status 429) counts as 0 as long as the total is there.
 */
export function share(part: string, total: string): string {
  return `(${part} or ${total} * 0) / (${total} > 0)`;
}

/**
 * A quantile of a classic histogram; absent where nothing was observed, since the comparison drops NaN.
 * @param quantile 0 to 1
 * @param labels labels to keep beside `le`
 */
export function histogramQuantile(quantile: number, labels: readonly string[], bucketRate: string): string {
  return `histogram_quantile(${quantile}, ${sumBy([...labels, 'le'], bucketRate)}) >= 0`;
}
