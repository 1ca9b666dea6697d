import type { TelemetrySink } from '../telemetry-sink.ts';
import { describeQueues, type NamedQueue } from './emitter-metrics.ts';
import { Exposition } from './exposition.ts';
import { LokiPush } from './loki-push.ts';
import { OtlpTraces } from './otlp-traces.ts';
import { tee } from './tee.ts';

/** Addresses of real receivers; what is left out gets nothing. */
export interface EmitterOptions {
  readonly lokiPushUrl: string | undefined;
  readonly otlpUrl: string | undefined;
}

/** Everything that takes the shop's telemetry to real systems. */
export interface Emitters {
  /** Combines the emitters with an embedded store, when there is one. */
  sink(store?: TelemetrySink): TelemetrySink;
  /** Text for `GET /metrics`. */
  metrics(): string;
  /** Resolves when all queues are empty. */
  idle(): Promise<void>;
}

/** Sets the emitters up; none connects before there is something to send. */
export function createEmitters(options: EmitterOptions): Emitters {
  const exposition = new Exposition();
  const loki = options.lokiPushUrl === undefined ? undefined : new LokiPush(options.lokiPushUrl);
  const otlp = options.otlpUrl === undefined ? undefined : new OtlpTraces(options.otlpUrl);
  const queues: readonly NamedQueue[] = [
    ...(loki ? [{ name: 'loki', queue: loki.queue }] : []),
    ...(otlp ? [{ name: 'otlp', queue: otlp.queue }] : []),
  ];
  return {
    sink: (store) =>
      tee({
        metrics: store ? [store, exposition] : [exposition],
        logs: [...(store ? [store] : []), ...(loki ? [loki] : [])],
        spans: [...(store ? [store] : []), ...(otlp ? [otlp] : [])],
      }),
    metrics: () => exposition.text() + describeQueues(queues),
    idle: async () => {
      await Promise.all(queues.map(({ queue }) => queue.idle()));
    },
  };
}
