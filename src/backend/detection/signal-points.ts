import type { DetectionTier, Harm, Signal, SignalKind, TimeWindow, Unit } from '#model';

/** Points of one signal with what it measures; times ascend. */
export interface SignalPoints {
  readonly id: string;
  readonly service: string;
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  readonly query: string;
  readonly peer?: string;
  /** The values are those of a growing counter: what is judged is their rate per second. */
  readonly counter?: boolean;
  /** How thoroughly it is judged; the runtime decides when missing. */
  readonly tier?: DetectionTier;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** A time that is no example of what is normal; of every service when none is named. */
export interface Exclusion extends TimeWindow {
  readonly service?: string;
}

/** The points of a signal, without copying them. */
export function toPoints({ series, ...signal }: Signal): SignalPoints {
  return { ...signal, timesMs: series.timesMs, values: series.values };
}

/** Whether an instant of a service lies in an excluded window. */
export function isExcluded(exclusions: readonly Exclusion[], service: string, atMs: number): boolean {
  return exclusions.some(
    (window) =>
      atMs >= window.fromMs && atMs < window.toMs && (window.service === undefined || window.service === service)
  );
}

/** Whether a signal belongs to the feature vector of its service: the ids of features and of signals of the user say so. */
export function isFeature({ id, service }: Pick<SignalPoints, 'id' | 'service'>): boolean {
  return id.startsWith(`${service}/feature/`) || id.startsWith(`${service}/user/`);
}

/** Whether a signal is judged by all detectors where there is room: features, what users notice, and their own. */
export function isImportant(signal: Pick<SignalPoints, 'id' | 'service' | 'kind'>): boolean {
  return signal.kind === 'latency' || signal.kind === 'error-ratio' || isFeature(signal);
}
