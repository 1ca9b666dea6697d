import { describe, expect, it } from 'vitest';
import type { ServiceAnomaly } from '#model';
import { KnownTimes } from '../datasource/known-times.ts';
import type { DetectionKeeper } from '../detection/detection-keeper.ts';
import { DetectionMetrics } from '../detection/detection-metrics.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { WatchState } from '../watch/watch-state.ts';
import { collectMetrics } from './collect-metrics.ts';
import { toExposition } from './exposition.ts';
import { createMetrics } from './metrics.ts';

describe('the exposition', () => {
  it('escapes what telemetry named', () => {
    const samples = [{ labels: { service: 'a"b\\c\nd' }, value: 0.5 }];
    expect(toExposition([{ name: 'x', help: 'h\\i\nj', type: 'gauge', samples }])).toBe(
      '# HELP x h\\\\i\\nj\n# TYPE x gauge\nx{service="a\\"b\\\\c\\nd"} 0.5\n'
    );
  });

  it('leaves families without samples out', () => {
    expect(toExposition([{ name: 'x', help: 'h', type: 'gauge', samples: [] }])).toBe('');
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [1e21, '1e+21'],
  ])('writes %d as %s', (value, text) => {
    expect(toExposition([{ name: 'x', help: 'h', type: 'gauge', samples: [{ value }] }])).toContain(`x ${text}\n`);
  });

  it('counts durations in cumulative buckets', () => {
    const metrics = createMetrics();
    metrics.observeQuery('services', 'ok', 30);
    metrics.observeQuery('services', 'ok', 40_000);
    const text = toExposition(metrics.render());
    expect(text).toContain('causeway_query_duration_seconds_bucket{query_type="services",outcome="ok",le="0.05"} 1\n');
    expect(text).toContain('le="30"} 1\n');
    expect(text).toContain('le="+Inf"} 2\n');
    expect(text).toContain('_count{query_type="services",outcome="ok"} 2\n');
  });
});

describe('scores as metrics', () => {
  const anomaly = (service: string, reading: object): ServiceAnomaly =>
    ({ service, atMs: 0, reading, signals: [] }) as unknown as ServiceAnomaly;

  it('are absent when unknown and when the watch has stopped', () => {
    const clock = manualClock(100_000);
    const state = new WatchState({
      enabled: true,
      collectSeconds: 15,
      detectSeconds: 30,
      historyMinutes: 180,
      fitHour: 3,
    });
    state.services = [anomaly('a', { kind: 'scored', score: 0.25 }), anomaly('b', { kind: 'unknown', why: 'gap' })];
    const settings = { watch: { detectSeconds: 30 } } as never;
    const knownTimes = new KnownTimes();
    const status = { lastFitMs: 60_000, nextFitMs: null, problem: undefined, rebuilds: 2 };
    const metrics = new DetectionMetrics();
    metrics.observe(40);
    const drift = [{ service: 'a"\n', feature: 'feature/cpu', score: 0.4 }];
    const detection = { metrics, status, newest: undefined, drift } as unknown as DetectionKeeper;
    const render = () =>
      collectMetrics(
        [{ datasource: { uid: 'u', settings, clock, detection, knownTimes }, state }],
        createMetrics(),
        () => []
      ).metrics.prometheus.toString();
    expect(render()).not.toContain('anomaly_score{');
    state.lastTickMs = 100_000;
    expect(render()).toContain('anomaly_score{service="a",datasource="u"} 0.25\n');
    expect(render()).not.toContain('anomaly_score{service="b"');
    expect(render()).toContain('anomaly_state{service="b",state="unknown",why="gap",datasource="u"} 1\n');
    expect(render()).toContain('model_prediction_latency_seconds_bucket{datasource="u",le="0.01"} 0\n');
    expect(render()).toContain('model_prediction_latency_seconds_bucket{datasource="u",le="0.05"} 1\n');
    expect(render()).toContain('model_data_drift_score{feature="feature/cpu",service="a\\"\\n",datasource="u"} 0.4\n');
    expect(render()).toContain('causeway_detection_last_fit_timestamp_seconds{datasource="u"} 60\n');
    expect(render()).not.toContain('model_accuracy');
    clock.set(200_000);
    expect(render()).not.toContain('anomaly_score{');
  });
});
