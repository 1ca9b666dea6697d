import type { EpochMs, Labels, Seconds, TimeWindow } from '#model';
import type { PrometheusClient } from '../prometheus/client.ts';

/** One alert and when it fired. Labels are hostile input. */
export interface FiredAlert {
  readonly labels: Labels;
  /** Stretches in order of time; the last may go on beyond the window. */
  readonly firing: readonly TimeWindow[];
}

/** Alerts of Prometheus' own rules that fire; those of Grafana are not there. */
export const FIRING_ALERTS = 'ALERTS{alertstate="firing"}';

const MAX_SERIES = 2000;

/**
 * When alerts fired in a window, on a grid of `stepSeconds`. Two samples farther apart than three steps are two episodes.
 * @param concerns  which alerts are wanted, by their labels
 * @throws TelemetryError
 */
export async function fetchFiredAlerts(
  prometheus: Pick<PrometheusClient, 'queryRange'>,
  window: TimeWindow,
  stepSeconds: Seconds,
  concerns: (labels: Labels) => boolean,
  signal?: AbortSignal
): Promise<readonly FiredAlert[]> {
  const range = { startMs: window.fromMs, endMs: window.toMs, stepSeconds };
  const { series } = await prometheus.queryRange(FIRING_ALERTS, range, { signal });
  return series
    .filter(({ labels }) => concerns(labels))
    .slice(0, MAX_SERIES)
    .map(({ labels, timesMs }) => ({ labels, firing: toStretches(timesMs, 1000 * stepSeconds) }));
}

function toStretches(timesMs: readonly EpochMs[], stepMs: number): readonly TimeWindow[] {
  const stretches: { fromMs: EpochMs; toMs: EpochMs }[] = [];
  for (const atMs of timesMs) {
    const last = stretches.at(-1);
    if (last && atMs - last.toMs <= 3 * stepMs) {
      last.toMs = atMs;
    } else {
      stretches.push({ fromMs: atMs, toMs: atMs });
    }
  }
  return stretches;
}
