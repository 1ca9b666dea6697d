/** One alert episode: indices into the scored points, `closed` undefined while open. */
export interface AlertEpisode {
  readonly opened: number;
  readonly closed?: number;
  /** Largest surprisal inside. */
  readonly peak: number;
  /** Points at which it rose from below red to red, also since the episode just before; absent where it did not. */
  readonly escalations?: readonly number[];
  /** At least twelve points in a row were unknown while it was open, and still are. */
  readonly noData?: true;
}

/** Settings of {@link alertEpisodes}. */
export interface HoldOffOptions {
  /** Surprisal that opens; default 4 (score 0.80). */
  readonly openAt?: number;
  /** Consecutive points at or above `openAt` that open; default 1. */
  readonly openAfter?: number;
  /** Points of which the opening one must be the largest; default 72 (6 h at 5 min). */
  readonly newMaximumOf?: number;
  /** Surprisal below which an episode may close; default 2. */
  readonly closeBelow?: number;
  /** Consecutive points below that close; default 3. */
  readonly closeAfter?: number;
}

const RED = 5;
const NO_DATA_AFTER = 12;
const DEFAULT_MAXIMUM_OF = 72;

interface OpenEpisode {
  opened: number;
  peak: number;
  escalations: number[];
}

/**
 * Hold-off: groups scored points into alert episodes, so that one excursion is one alert.
 *
 * An episode opens where the surprisal reaches `openAt` and exceeds all of the last `newMaximumOf` points. Within that
 * many points of its opening a closed episode is not followed by another, unless the surprisal is red for the first time.
 * A rise to red inside an open episode is an escalation of it. Three calm points close it; unknown readings neither open
 * nor close, and twelve in a row mark it "no data".
 *
 * @param surprisals  one per point, undefined where unknown
 * @param options  thresholds; see the fields
 * @returns episodes in order of time; at most `n / newMaximumOf` and the escalations
 * Cost O(n). Source: detection 7.
 */
export function alertEpisodes(
  surprisals: readonly (number | undefined)[],
  options: HoldOffOptions = {}
): AlertEpisode[] {
  const tracker = new EpisodeTracker(options);
  surprisals.forEach((u, i) => tracker.step(u, i));
  return tracker.finish();
}

/**
 * The surprisals that remain after hold-off: those that exceed every one of the last `points`, 0 elsewhere.
 *
 * @param surprisals  one per point; NaN counts as 0
 * @param points  default 72
 * @returns a new array
 * Cost O(n). Source: detection 18.1.
 */
export function holdOff(surprisals: ArrayLike<number>, points = DEFAULT_MAXIMUM_OF): Float64Array {
  const maximum = new SlidingMaximum(points);
  return Float64Array.from(surprisals, (u, i) => {
    const known = u > 0 ? u : 0;
    const before = maximum.before(i);
    maximum.push(known, i);
    return known > before ? known : 0;
  });
}

/** Largest value of the last points, by a queue of falling values. */
class SlidingMaximum {
  private readonly points: number;
  private readonly queue: { readonly value: number; readonly at: number }[] = [];
  private head = 0;

  constructor(points: number) {
    this.points = points;
  }

  before(at: number): number {
    while ((this.queue[this.head]?.at ?? Infinity) < at - this.points) {
      this.head += 1;
    }
    return this.queue[this.head]?.value ?? -Infinity;
  }

  push(value: number, at: number): void {
    while (this.queue.length > this.head && (this.queue.at(-1)?.value ?? Infinity) <= value) {
      this.queue.pop();
    }
    this.queue.push({ value, at });
  }
}

class EpisodeTracker {
  private readonly settings: Required<HoldOffOptions>;
  private readonly maximum: SlidingMaximum;
  private readonly episodes: AlertEpisode[] = [];
  private open: OpenEpisode | undefined;
  private high = 0;
  private low = 0;
  private unknown = 0;
  private previous = 0;
  private quietUntil = -1;

  constructor(options: HoldOffOptions) {
    this.settings = {
      openAt: options.openAt ?? 4,
      openAfter: options.openAfter ?? 1,
      newMaximumOf: options.newMaximumOf ?? DEFAULT_MAXIMUM_OF,
      closeBelow: options.closeBelow ?? 2,
      closeAfter: options.closeAfter ?? 3,
    };
    this.maximum = new SlidingMaximum(this.settings.newMaximumOf);
  }

  step(u: number | undefined, at: number): void {
    if (u === undefined || Number.isNaN(u)) {
      this.unknown += 1;
      return;
    }
    this.unknown = 0;
    this.high = u >= this.settings.openAt ? this.high + 1 : 0;
    this.low = u < this.settings.closeBelow ? this.low + 1 : 0;
    // While a run of high points is counted, the run itself does not stand in its way.
    const isLargest = this.high > 1 || u > this.maximum.before(at);
    this.maximum.push(u, at);
    if (this.open) {
      this.goOn(this.open, u, at);
    } else if (this.high >= this.settings.openAfter && isLargest) {
      this.begin(u, at);
    }
    this.previous = u;
  }

  finish(): AlertEpisode[] {
    if (!this.open) {
      return this.episodes;
    }
    const episode = toEpisode(this.open);
    return [...this.episodes, this.unknown >= NO_DATA_AFTER ? { ...episode, noData: true } : episode];
  }

  private begin(u: number, at: number): void {
    const isAgain = at < this.quietUntil;
    if (isAgain && (u < RED || (this.episodes.at(-1)?.peak ?? 0) >= RED)) {
      return;
    }
    this.open = { opened: at, peak: u, escalations: isAgain ? [at] : [] };
    this.quietUntil = at + this.settings.newMaximumOf;
  }

  private goOn(open: OpenEpisode, u: number, at: number): void {
    if (u >= RED && this.previous < RED && open.peak < RED) {
      open.escalations.push(at);
    }
    open.peak = Math.max(open.peak, u);
    if (this.low >= this.settings.closeAfter) {
      this.episodes.push({ ...toEpisode(open), closed: at });
      this.open = undefined;
    }
  }
}

function toEpisode({ opened, peak, escalations }: OpenEpisode): AlertEpisode {
  return escalations.length > 0 ? { opened, peak, escalations } : { opened, peak };
}
