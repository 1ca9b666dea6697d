import type { DataGap, Signal, SignalKind, TimeWindow } from '#model';
import type { HistorySource } from '../signal-history.ts';

/** A source of histories in memory. */
export interface FakeHistory {
  readonly source: HistorySource;
  /** What was read, in order. */
  readonly reads: {
    readonly kinds: readonly SignalKind[];
    readonly window: TimeWindow;
    readonly stepSeconds: number;
  }[];
  /** Recorded as a gap from now on. */
  gaps: readonly DataGap[];
}

/** One fake signal: its value at a time, undefined where nothing was measured. */
export interface FakeSignal {
  readonly service: string;
  readonly kind: SignalKind;
  readonly valueAt: (atMs: number) => number | undefined;
  readonly query?: string;
}

/** Makes a source that knows the given signals at every time. */
export function fakeHistory(signals: readonly FakeSignal[]): FakeHistory {
  const fake: FakeHistory = {
    reads: [],
    gaps: [],
    source: async ({ kinds, window, stepSeconds }, signal) => {
      signal.throwIfAborted();
      fake.reads.push({ kinds, window, stepSeconds });
      const stepMs = stepSeconds * 1000;
      const first = Math.ceil(window.fromMs / stepMs);
      const times = Array.from({ length: Math.ceil(window.toMs / stepMs) - first }, (_, i) => (first + i) * stepMs);
      const found = signals.filter(({ kind }) => kinds.includes(kind)).map((item) => toSignal(item, times));
      return { signals: found, gaps: fake.gaps };
    },
  };
  return fake;
}

function toSignal({ service, kind, valueAt, query = 'q' }: FakeSignal, times: readonly number[]): Signal {
  const points = times.flatMap((time) => {
    const value = valueAt(time);
    return value === undefined ? [] : [{ time, value }];
  });
  const series = { labels: {}, timesMs: points.map(({ time }) => time), values: points.map(({ value }) => value) };
  return { id: `${service}/${kind}`, service, kind, unit: 'ratio', harm: 'up', query, series };
}
