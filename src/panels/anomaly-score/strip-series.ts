import { SCORE_THRESHOLDS } from '#model';
import type { ScoreSeries } from './score-series.ts';
import { describePoint, isOutside } from './value-text.ts';

/** Signals that a reason names at most. */
const MAX_NAMED = 2;

/**
 * The series of the strip. The backend scores all signals of a kind together: they share one row, whose reasons are the
 * values that were not expected. What the browser judged has a row each.
 */
export function toStripSeries(series: readonly ScoreSeries[], by: 'backend' | 'browser'): readonly ScoreSeries[] {
  if (by === 'browser') {
    return series;
  }
  const services = [...new Set(series.map(({ rcaService, service }) => rcaService ?? service))];
  return services.map((service) =>
    merge(
      service,
      series.filter((item) => (item.rcaService ?? item.service) === service)
    )
  );
}

function merge(service: string, group: readonly ScoreSeries[]): ScoreSeries {
  const [first] = group;
  if (!first?.signal) {
    return first ?? { service, timesMs: [], scores: [], notices: [] };
  }
  const reasons = new Map(first.reasons);
  for (const index of peaksOf(first.scores)) {
    const reason = describeGroup(group, index);
    if (reason !== '') {
      reasons.set(index, reason);
    }
  }
  const { signal: _, ...scores } = first;
  return { ...scores, service, reasons };
}

/** The values of a group that were not expected, in the words of the axis. */
function describeGroup(group: readonly ScoreSeries[], index: number): string {
  const odd = group.filter((item) => isOutside(item, index));
  const named = odd
    .slice(0, MAX_NAMED)
    .map((item) => `${item.signalName ?? item.service} ${describePoint(item, index)}`);
  const more = odd.length - named.length;
  return named.length === 0 ? '' : `${[...named, ...(more > 0 ? [`${more} more`] : [])].join('; ')}.`;
}

/** The first highest point of every anomalous stretch. */
function peaksOf(scores: ScoreSeries['scores']): readonly number[] {
  const peaks: number[] = [];
  let peak: number | undefined;
  scores.forEach((score, index) => {
    if (score === null || score < SCORE_THRESHOLDS.warning) {
      peak = undefined;
    } else if (peak === undefined || score > (scores[peak] ?? 0)) {
      if (peak !== undefined) {
        peaks.pop();
      }
      peak = index;
      peaks.push(index);
    }
  });
  return peaks;
}
