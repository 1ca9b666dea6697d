import type { EpochMs } from '#model';

/** A stretch of time, and whether the logs were read in it. */
export interface WatchedSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly watched: boolean;
}

const MAX_SPANS = 500;
/** Minutes of silence that are learned from, at a time: a longer one is no habit. */
const LEARN_MINUTES = 10;
const MEMORY_MINUTES = 1440;
const ORDINARY_SHARE = 0.1;

/**
 * When the logs of an installation were read, and whether silence of everybody is ordinary.
 *
 * When nobody logs, either nobody had anything to say or the logging is broken. It is taken for silence only where a tenth of the
 * time used to be silent.
 */
export class WatchedSpans {
  private spans: WatchedSpan[] = [];
  private minutes = 0;
  private emptyShare = 0;
  private emptyRun = 0;

  /**
   * Whether a read was watched. Before anybody was heard, nothing was.
   * @param isEmpty  Loki answered, but nobody had logged
   */
  judge({ fromMs, toMs }: Pick<WatchedSpan, 'fromMs' | 'toMs'>, isEmpty: boolean): boolean {
    if (isEmpty && this.minutes === 0) {
      return false;
    }
    const minutes = (toMs - fromMs) / 60_000;
    this.emptyRun = isEmpty ? this.emptyRun + minutes : 0;
    if (this.emptyRun <= LEARN_MINUTES) {
      this.minutes += minutes;
      const gain = Math.min(1, minutes * Math.max(1 / this.minutes, 1 / MEMORY_MINUTES));
      this.emptyShare += gain * ((isEmpty ? 1 : 0) - this.emptyShare);
    }
    return !isEmpty || this.emptyShare > ORDINARY_SHARE;
  }

  /** Adds a stretch behind all others. */
  add(span: WatchedSpan): void {
    const last = this.spans.at(-1);
    if (last && last.watched === span.watched && last.toMs === span.fromMs) {
      this.spans[this.spans.length - 1] = { ...last, toMs: span.toMs };
    } else {
      this.spans = [...this.spans, span].slice(-MAX_SPANS);
    }
  }

  /** All stretches in order of time. */
  list(): readonly WatchedSpan[] {
    return this.spans;
  }
}
