import type { DataGap, Signal, SignalKind, TimeWindow } from '#model';
import { fetchFeatureSignals, fetchLogErrorSignals, fetchSignals, type FeaturePlan, TelemetryError } from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';

/** Signals of all sources, with what could not be read. */
export interface SignalRead {
  readonly signals: readonly Signal[];
  readonly gaps: readonly DataGap[];
  /** False when a query failed that may succeed later: its part of the window has to be read again. */
  readonly complete: boolean;
}

/** Which signals: every one, those of one kind, or without features that measure what the catalogue measures already. */
export type SignalNeed = 'all' | 'no-repeats' | { readonly kind: SignalKind };

/**
 * Reads the signals of a window from Prometheus and, where configured, the error counts from Loki.
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
    /** Every signal when missing. */
    readonly need?: SignalNeed;
    readonly signal: AbortSignal;
  }
): Promise<SignalRead> {
  const { window, stepSeconds, namespace, loggingServices = [], features, need = 'all', signal } = request;
  const kind = typeof need === 'object' ? need.kind : undefined;
  const catalogue = fetchSignals(prometheus, kind === undefined ? request : { ...request, kinds: [kind] });
  const logSource = kind === undefined || kind === 'log-errors' ? loki : undefined;
  const [metrics, logs, vectors] = await Promise.all([
    catalogue,
    logSource &&
      fetchLogErrorSignals(logSource, window, stepSeconds, { namespace, loggingServices, signal }).catch(toGap),
    features &&
      neededFeatures(features, need, catalogue)
        .then((plan) => fetchFeatureSignals(prometheus, plan, { window, stepSeconds, loki, signal }))
        .catch(toFeatureGap),
  ]);
  const parts = [metrics, logs, vectors].filter((part) => part !== undefined);
  const gaps = parts.flatMap((part) => part.gaps);
  return { signals: parts.flatMap((part) => part.signals), gaps, complete: isComplete(gaps) };
}

/** The features that are needed beside the catalogue. */
async function neededFeatures(
  plan: FeaturePlan,
  need: SignalNeed,
  catalogue: Promise<Part>
): Promise<Pick<FeaturePlan, 'queries'>> {
  if (need === 'all') {
    return plan;
  }
  if (typeof need === 'object') {
    return { queries: plan.queries.filter(({ kind }) => kind === need.kind) };
  }
  const { signals } = await catalogue.catch(() => ({ signals: [] }));
  const measured = new Set(signals.map(({ kind, service }) => JSON.stringify([kind, service])));
  const isRepeat = ({ kind, owners }: FeaturePlan['queries'][number]): boolean =>
    owners !== undefined && [...owners.values()].every((service) => measured.has(JSON.stringify([kind, service])));
  return { queries: plan.queries.filter((query) => !isRepeat(query)) };
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
