import type { DetectionSettings } from '#contracts';
import { type Clock, discoverFeatures, type FeaturePlan, TelemetryError } from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';

/** New services appear; discovery is repeated after this long, on the datasource's clock. */
const RENEW_MS = 10 * 60_000;
/** After a failure it is tried again sooner. */
const RETRY_MS = 60_000;

/** What the feature vectors are read from, discovered now and then and remembered in between. */
export class FeatureDiscovery {
  private readonly options: {
    readonly upstreams: Pick<Upstreams, 'prometheus' | 'loki'>;
    readonly namespace: string | undefined;
    readonly stepSeconds: number;
    readonly signals: DetectionSettings['signals'];
    readonly clock: Clock;
  };
  private plan: FeaturePlan | undefined;
  private dueMs = -Infinity;
  private askedMs = Infinity;
  private failure: unknown;
  private asking: Promise<void> | undefined;

  constructor(options: FeatureDiscovery['options']) {
    this.options = options;
  }

  /** Why the newest discovery failed; undefined when it did not. */
  get problem(): unknown {
    return this.failure;
  }

  /** The newest plan; undefined while none was made. A failed discovery keeps the plan before. */
  async read(signal: AbortSignal): Promise<FeaturePlan | undefined> {
    const nowMs = this.options.clock.now();
    if (nowMs >= this.dueMs || nowMs < this.askedMs) {
      this.asking ??= this.ask(nowMs, signal).finally(() => {
        this.asking = undefined;
      });
      await this.asking;
    }
    return this.plan;
  }

  private async ask(nowMs: number, signal: AbortSignal): Promise<void> {
    const { upstreams, namespace, stepSeconds, signals: userSignals, clock } = this.options;
    const { prometheus, loki } = upstreams;
    try {
      this.plan = await discoverFeatures(prometheus, {
        namespace,
        atMs: clock.now(),
        stepSeconds,
        userSignals,
        loki,
        signal,
      });
      this.failure = undefined;
      this.dueMs = nowMs + RENEW_MS;
    } catch (error) {
      if (!(error instanceof TelemetryError)) {
        throw error;
      }
      this.failure = error;
      const gap = { source: 'prometheus:features', reason: `${error.code}: ${error.message}` };
      this.plan = this.plan && { ...this.plan, gaps: [gap] };
      this.dueMs = nowMs + RETRY_MS;
    }
    this.askedMs = nowMs;
  }
}
