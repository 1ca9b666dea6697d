import { createPrometheusClient } from '#telemetry';
import type { Clock } from './clock.ts';
import type { MetricsReader } from './metrics-reader.ts';

const TIMEOUT_SECONDS = 10;
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** {@link MetricsReader} over Prometheus, asking for the present of the domain clock. */
export function prometheusReader(url: string, clock: Clock): MetricsReader {
  const client = createPrometheusClient({
    url,
    timeoutSeconds: TIMEOUT_SECONDS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  return {
    async instant(query, signal) {
      const { samples } = await client.query(query, clock.now(), { signal });
      return samples.length === 1 ? (samples[0]?.value ?? null) : null;
    },
  };
}
