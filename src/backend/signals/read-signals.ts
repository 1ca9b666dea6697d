import type { DataGap, Signal, TimeWindow } from '#model';
import { fetchFeatureSignals, fetchLogErrorSignals, fetchSignals, type FeaturePlan, TelemetryError } from '#telemetry';
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
    /** Features that discovery found; none are read when missing. */
    readonly features?: FeaturePlan | undefined;
    readonly signal: AbortSignal;
  }
): Promise<SignalRead> {
  const { window, stepSeconds, namespace, loggingServices = [], features, signal } = request;
  const [metrics, logs, vectors] = await Promise.all([
    fetchSignals(prometheus, request),
    loki && fetchLogErrorSignals(loki, window, stepSeconds, { namespace, loggingServices, signal }).catch(toGap),
    features && fetchFeatureSignals(prometheus, features, { window, stepSeconds, loki, signal }).catch(toFeatureGap),
  ]);
  const gaps = [...metrics.gaps, ...(logs?.gaps ?? []), ...(vectors?.gaps ?? [])];
  return {
    signals: [...metrics.signals, ...(logs?.signals ?? []), ...(vectors?.signals ?? [])],
    gaps,
    complete: isComplete(gaps),
  };
}

/** Whether no query failed; that a kind has no series is no failure. */
export function isComplete(gaps: readonly DataGap[]): boolean {
  return !gaps.some((gap) => gap.reason.startsWith('CAUSEWAY_'));
}

type Part = { readonly signals: readonly Signal[]; readonly gaps: readonly DataGap[] };

function toGap(error: unknown): Part {
  return gapOf('loki:log-errors', error);
}

function toFeatureGap(error: unknown): Part {
  return gapOf('prometheus:features', error);
}

function gapOf(source: string, error: unknown): Part {
  if (error instanceof TelemetryError && error.failure !== 'cancelled') {
    return { signals: [], gaps: [{ source, reason: `${error.code}: ${error.message}` }] };
  }
  throw error;
}
