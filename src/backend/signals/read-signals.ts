import type { DataGap, Signal, TimeWindow } from '#model';
import { fetchLogErrorSignals, fetchSignals, TelemetryError } from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';

/** Signals of all sources, with what could not be read. */
export interface SignalRead {
  readonly signals: readonly Signal[];
  readonly gaps: readonly DataGap[];
  /** False when a query failed that may succeed later: its part of the window has to be read again. */
  readonly complete: boolean;
}

/**
 * Reads every signal of a window from Prometheus and, where configured, the error counts from Loki.
 * @throws TelemetryError when Prometheus cannot be read at all or the signal aborts
 */
export async function readSignals(
  { prometheus, loki }: Pick<Upstreams, 'prometheus' | 'loki'>,
  request: {
    readonly window: TimeWindow;
    readonly stepSeconds: number;
    readonly namespace: string | undefined;
    /** Services that had a count of error lines before; a short window may not hear them. */
    readonly loggingServices?: readonly string[];
    readonly signal: AbortSignal;
  }
): Promise<SignalRead> {
  const { window, stepSeconds, namespace, loggingServices = [], signal } = request;
  const [metrics, logs] = await Promise.all([
    fetchSignals(prometheus, request),
    loki && fetchLogErrorSignals(loki, window, stepSeconds, { namespace, loggingServices, signal }).catch(toGap),
  ]);
  const gaps = [...metrics.gaps, ...(logs?.gaps ?? [])];
  return {
    signals: [...metrics.signals, ...(logs?.signals ?? [])],
    gaps,
    complete: !gaps.some((gap) => gap.reason.startsWith('CAUSEWAY_')),
  };
}

function toGap(error: unknown): { readonly signals: readonly Signal[]; readonly gaps: readonly DataGap[] } {
  if (error instanceof TelemetryError && error.failure !== 'cancelled') {
    return { signals: [], gaps: [{ source: 'loki:log-errors', reason: `${error.code}: ${error.message}` }] };
  }
  throw error;
}
