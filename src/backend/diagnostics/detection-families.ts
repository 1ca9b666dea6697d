import { anomalyLevel } from '#engine';
import { LATENCY_BUCKETS } from '../detection/detection-metrics.ts';
import { labelAccuracy } from '../detection/label-accuracy.ts';
import { qualityChecks } from '../detection/quality-checks.ts';
import type { Watched } from './collect-metrics.ts';
import type { MetricFamily, Sample } from './metrics.ts';

/** Services of one datasource that have series of their own here; the metrics name how many there are. */
const MAX_SERVICES = 500;
const MAX_FEATURES = 3000;

type Labels = Readonly<Record<string, string>>;

/** What detection says and how it does. Names and buckets of the model metrics are documented and fixed. */
export function detectionFamilies(
  watches: readonly Watched[],
  isCurrent: (watched: Watched) => boolean
): readonly MetricFamily[] {
  const current = watches.filter(isCurrent);
  return [
    {
      name: 'anomaly_state',
      help: 'State of a service: 1 for the one it is in. `why` says why it is unknown.',
      type: 'gauge',
      samples: current.flatMap(states),
    },
    {
      name: 'model_prediction_latency_seconds',
      help: 'Time to judge all services at one step.',
      type: 'histogram',
      samples: watches.flatMap(latency),
    },
    {
      name: 'model_predictions_total',
      help: 'Verdicts on services by model version and result.',
      type: 'counter',
      samples: watches.flatMap(({ datasource }) =>
        datasource.detection.metrics.predictions.map(({ version, result, count }) => ({
          labels: { model_version: version, result, datasource: datasource.uid },
          value: count,
        }))
      ),
    },
    {
      name: 'model_accuracy',
      help: 'Share of labelled times that were judged as persons did. Absent without labels.',
      type: 'gauge',
      samples: watches.flatMap(accuracy),
    },
    {
      name: 'model_data_drift_score',
      help: 'Distance of the last seven days of a feature from the seven days before, 0 to 1.',
      type: 'gauge',
      samples: watches.flatMap(drift),
    },
    {
      name: 'causeway_data_quality_failures',
      help: 'Recent points that broke an expectation on the data.',
      type: 'gauge',
      samples: current.flatMap(quality),
    },
    ...modelFamilies(watches),
  ];
}

function states({ datasource, state }: Watched): readonly Sample[] {
  return state.services.slice(0, MAX_SERVICES).map(({ service, reading }) => ({
    labels: {
      service,
      state: anomalyLevel(reading),
      why: reading.kind === 'unknown' ? reading.why : '',
      datasource: datasource.uid,
    },
    value: 1,
  }));
}

function latency({ datasource }: Watched): readonly Sample[] {
  const { buckets, seconds, observations } = datasource.detection.metrics;
  const labels: Labels = { datasource: datasource.uid };
  return [
    ...LATENCY_BUCKETS.map((bound, i) => ({
      suffix: '_bucket',
      labels: { ...labels, le: String(bound) },
      value: buckets[i] ?? 0,
    })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: observations },
    { suffix: '_sum', labels, value: seconds },
    { suffix: '_count', labels, value: observations },
  ];
}

function accuracy({ datasource }: Watched): readonly Sample[] {
  const runtime = datasource.detection.newest;
  return (runtime ? labelAccuracy(runtime, datasource.knownTimes.labels) : []).map(({ version, right, total }) => ({
    labels: { model_version: version, time_window: 'recent', datasource: datasource.uid },
    value: right / total,
  }));
}

function drift({ datasource }: Watched): readonly Sample[] {
  return datasource.detection.drift.slice(0, MAX_FEATURES).map(({ service, feature, score }) => ({
    labels: { feature, service, datasource: datasource.uid },
    value: score,
  }));
}

function quality({ datasource, state }: Watched): readonly Sample[] {
  const atMs = state.lastTickMs ?? 0;
  return (datasource.detection.newest?.services ?? [])
    .slice(0, MAX_SERVICES)
    .flatMap((track) => qualityChecks(track, atMs))
    .filter(({ failures }) => failures > 0)
    .map(({ name, service, failures }) => ({
      labels: { service, expectation: name, datasource: datasource.uid },
      value: failures,
    }));
}

function modelFamilies(watches: readonly Watched[]): readonly MetricFamily[] {
  const family = (
    name: string,
    type: MetricFamily['type'],
    help: string,
    read: (watched: Watched) => number | null
  ): MetricFamily => ({
    name: `causeway_detection_${name}`,
    help,
    type,
    samples: watches.flatMap((watched) => {
      const value = read(watched);
      return value === null ? [] : [{ labels: { datasource: watched.datasource.uid }, value }];
    }),
  });
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  return [
    family('last_fit_timestamp_seconds', 'gauge', 'Time of the newest fit.', ({ datasource }) =>
      seconds(datasource.detection.status.lastFitMs)
    ),
    family('next_fit_timestamp_seconds', 'gauge', 'When the next fit comes into force.', ({ datasource }) =>
      seconds(datasource.detection.status.nextFitMs)
    ),
    family(
      'rebuilds_total',
      'counter',
      'Times the state was rebuilt from telemetry.',
      ({ datasource }) => datasource.detection.status.rebuilds
    ),
    family('series', 'gauge', 'Series that are judged.', ({ datasource }) =>
      (datasource.detection.newest?.services ?? []).reduce((sum, { series }) => sum + series.size, 0)
    ),
    family(
      'models_ready',
      'gauge',
      'Services with a model.',
      ({ datasource }) =>
        (datasource.detection.newest?.services ?? []).filter(({ model }) => model !== undefined).length
    ),
    family(
      'fits_failed',
      'gauge',
      'Services whose newest fit gave no model.',
      ({ datasource }) =>
        [...(datasource.detection.newest?.fits().values() ?? [])].filter(({ outcome }) => outcome !== 'fitted').length
    ),
  ];
}
