import type { Seconds } from '#model';
import { histogramQuantile, rate, share, sumBy } from './expressions.ts';
import { selector, type Matcher } from './selector.ts';

/** The metrics of one RED family and how to slice them. */
export interface RedFamily {
  /** Counter of requests. */
  readonly requests: string;
  /** How failed requests are counted: by matchers on `requests`, or as a counter of their own. */
  readonly failures: { readonly matchers: readonly Matcher[] } | { readonly counter: string };
  /** Histogram of durations in seconds, without `_bucket`. */
  readonly durations: string;
  readonly matchers: readonly Matcher[];
  /** Labels the results are grouped by. */
  readonly by: readonly string[];
  readonly windowSeconds: Seconds;
}

/** Requests per second. */
export function requestRate(family: RedFamily): string {
  return sumBy(family.by, rate(selector(family.requests, family.matchers), family.windowSeconds));
}

/** Share of failed requests, 0 to 1; 0 where requests were counted and none failed, absent without requests. */
export function errorRatio(family: RedFamily): string {
  const failed =
    'counter' in family.failures
      ? selector(family.failures.counter, family.matchers)
      : selector(family.requests, [...family.matchers, ...family.failures.matchers]);
  return share(sumBy(family.by, rate(failed, family.windowSeconds)), requestRate(family));
}

/** Latency quantile in seconds. */
export function latencyQuantile(family: RedFamily, quantile: number): string {
  const buckets = selector(`${family.durations}_bucket`, family.matchers);
  return histogramQuantile(quantile, family.by, rate(buckets, family.windowSeconds));
}
