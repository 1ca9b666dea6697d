import type { DatasourceSettings } from '#contracts';
import type { Clock, FeaturePlan } from '#telemetry';
import type { ChangeSource } from '../changes/change-source.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import type { ForecastRunner } from './forecast-runner.ts';
import { ForecastService } from './forecast-service.ts';
import { prometheusHistory, SignalHistory } from './signal-history.ts';

/** A week in shorter steps is more than Prometheus answers at once. */
const SHORTEST_STEP_SECONDS = 60;

/** The forecasts of a datasource, at the step of its detection, but not below a minute. */
export function createForecasts(options: {
  readonly upstreams: Pick<Upstreams, 'prometheus' | 'loki'>;
  readonly changes: Pick<ChangeSource, 'read'>;
  readonly settings: Pick<DatasourceSettings, 'namespace' | 'watch' | 'detection'>;
  readonly features: (signal: AbortSignal) => Promise<FeaturePlan | undefined>;
  readonly runner: ForecastRunner;
  readonly clock: Clock;
}): ForecastService {
  const { upstreams, changes, settings, features, runner, clock } = options;
  const { namespace, watch, detection } = settings;
  const history = new SignalHistory({
    source: prometheusHistory(upstreams, namespace, features),
    stepSeconds: Math.max(SHORTEST_STEP_SECONDS, watch.detectSeconds),
    clock,
  });
  return new ForecastService({
    history,
    runner,
    clock,
    settings: detection,
    changes: async (window, signal) => (await changes.read(window, signal)).changes,
  });
}
