import type { DataGap, EpochMs, Seconds, Signal, SignalKind, TimeWindow } from '#model';
import {
  type Clock,
  type FeaturePlan,
  fetchFeatureSignals,
  fetchLogErrorSignals,
  fetchSignals,
  SIGNAL_CATALOGUE,
} from '#telemetry';
import { isComplete } from '../signals/read-signals.ts';
import { growSignals, type RollingSignals } from '../signals/rolling-signals.ts';
import { raceAbort, SharedWork } from '../signals/single-flight.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';

/** Signals of a stretch, and what could not be read. */
export interface HistoryRead {
  readonly signals: readonly Signal[];
  readonly gaps: readonly DataGap[];
}

/** Where histories come from: the signals of some kinds over a stretch. */
export type HistorySource = (
  request: { readonly kinds: readonly SignalKind[]; readonly window: TimeWindow; readonly stepSeconds: Seconds },
  signal: AbortSignal
) => Promise<HistoryRead>;

const DAY_MS = 86_400_000;
const HISTORY_MS = 7 * DAY_MS;
/** Newest steps that are read again: late samples still change them. */
const OVERLAP_STEPS = 3;
/** An instant that is this old is read directly. */
const RECENT_MS = 2 * 3_600_000;
const READ_LIMIT_MS = 60_000;
const KEEP_MS = 15_000;
/** Histories that nobody asked for in this time are dropped. */
const IDLE_MS = 2 * 3_600_000;

const NOTHING: HistoryRead = { signals: [], gaps: [] };

interface Rolling {
  readonly history: RollingSignals;
  readonly usedMs: EpochMs;
}

/**
 * The last seven days of signals, one rolling window per list of kinds: it is read once and grows by small reads, so
 * that alert rules do not read a week every minute. Instants of the past are read directly.
 */
export class SignalHistory {
  readonly stepSeconds: Seconds;
  private readonly source: HistorySource;
  private readonly clock: Clock;
  private readonly closing = new AbortController();
  private readonly rolling = new Map<string, Rolling>();
  private readonly growing = new SharedWork<HistoryRead>(16, 0);
  private readonly direct = new SharedWork<HistoryRead>(2, KEEP_MS);

  constructor(options: { readonly source: HistorySource; readonly stepSeconds: Seconds; readonly clock: Clock }) {
    this.source = options.source;
    this.stepSeconds = options.stepSeconds;
    this.clock = options.clock;
  }

  /**
   * Seven days up to the end of the step of `atMs`, and not after now.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async read(kinds: readonly SignalKind[], atMs: EpochMs, signal: AbortSignal): Promise<HistoryRead> {
    const endMs = this.endOf(atMs);
    const window = { fromMs: endMs - HISTORY_MS, toMs: endMs };
    return endMs < this.endOf(this.clock.now()) - RECENT_MS
      ? this.readStretch(kinds, window, this.stepSeconds, signal)
      : raceAbort(
          this.growing.get(`${kinds.join()}/${endMs}`, () => this.grow(kinds, window)),
          signal
        );
  }

  /**
   * Any stretch at any step, kept for some seconds.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async readStretch(
    kinds: readonly SignalKind[],
    window: TimeWindow,
    stepSeconds: Seconds,
    signal: AbortSignal
  ): Promise<HistoryRead> {
    const key = [kinds.join(), window.fromMs, window.toMs, stepSeconds].join('/');
    return raceAbort(
      this.direct.get(key, () => this.source({ kinds, window, stepSeconds }, this.limit())),
      signal
    );
  }

  /** Stops every read. */
  close(): void {
    this.closing.abort(new DOMException('the settings changed or the backend stops', 'AbortError'));
    this.rolling.clear();
  }

  private endOf(ms: EpochMs): EpochMs {
    const stepMs = this.stepSeconds * 1000;
    return Math.floor(Math.min(ms, this.clock.now()) / stepMs) * stepMs + 1;
  }

  private async grow(kinds: readonly SignalKind[], window: TimeWindow): Promise<HistoryRead> {
    const key = kinds.join();
    const nowMs = this.clock.now();
    const held = this.rolling.get(key)?.history;
    const known = held && held.toMs <= window.toMs + RECENT_MS ? held : undefined;
    const overlapMs = OVERLAP_STEPS * this.stepSeconds * 1000;
    const history = await growSignals(known, window, overlapMs, async (fromMs) => {
      const request = { kinds, window: { fromMs, toMs: window.toMs }, stepSeconds: this.stepSeconds };
      const read = await this.source(request, this.limit());
      return { ...read, complete: isComplete(read.gaps) };
    });
    this.rolling.set(key, { history, usedMs: nowMs });
    for (const [other, { usedMs }] of this.rolling) {
      if (Math.abs(nowMs - usedMs) > IDLE_MS) {
        this.rolling.delete(other);
      }
    }
    return { signals: [...history.signals.values()], gaps: history.gaps };
  }

  private limit(): AbortSignal {
    return AbortSignal.any([this.closing.signal, AbortSignal.timeout(READ_LIMIT_MS)]);
  }
}

/** Reads the catalogue's queries of the wanted kinds and the features that discovery found. */
export function prometheusHistory(
  { prometheus, loki }: Pick<Upstreams, 'prometheus' | 'loki'>,
  namespace: string | undefined,
  features: (signal: AbortSignal) => Promise<FeaturePlan | undefined>
): HistorySource {
  const catalogue = new Set(SIGNAL_CATALOGUE.map(({ kind }) => kind));
  return async ({ kinds, window, stepSeconds }, signal) => {
    const plan = await features(signal);
    const queries = plan?.queries.filter(({ kind }) => kinds.includes(kind)) ?? [];
    const request = { window, stepSeconds, signal };
    const [metrics, vectors, logs] = await Promise.all([
      kinds.some((kind) => catalogue.has(kind)) ? fetchSignals(prometheus, { ...request, namespace, kinds }) : NOTHING,
      queries.length > 0 ? fetchFeatureSignals(prometheus, { queries }, { ...request, loki }) : NOTHING,
      loki && kinds.includes('log-errors')
        ? fetchLogErrorSignals(loki, window, stepSeconds, { namespace, signal })
        : NOTHING,
    ]);
    const gaps = [...metrics.gaps, ...vectors.gaps, ...logs.gaps];
    return { signals: [...metrics.signals, ...vectors.signals, ...logs.signals], gaps };
  };
}
