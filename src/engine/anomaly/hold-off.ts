/** One alert episode: indices into the scored points, `closed` undefined while open. */
export interface AlertEpisode {
  readonly opened: number;
  readonly closed?: number;
  /** Largest surprisal inside. */
  readonly peak: number;
}

/** Settings of {@link alertEpisodes}. */
export interface HoldOffOptions {
  /** Surprisal that opens; default 5 (score 0.90). */
  readonly openAt?: number;
  /** Consecutive points at or above `openAt` that open; default 2. */
  readonly openAfter?: number;
  /** Surprisal below which an episode may close; default 2. */
  readonly closeBelow?: number;
  /** Consecutive points below that close; default 3. */
  readonly closeAfter?: number;
}

/**
 * Hold-off: groups scored points into alert episodes, so that one excursion is one alert.
 *
 * Unknown readings neither open nor close. Hysteresis keeps an episode open while the score wavers.
 *
 * @param surprisals  one per point, undefined where unknown
 * @param options  thresholds; see the fields
 * @returns episodes in order of time
 * Cost O(n). Source: "one alert id stays open until U < 2 for 3 points". Deviation: two consecutive points open instead
 * of a new six-hour maximum, which needs longer history.
 */
export function alertEpisodes(
  surprisals: readonly (number | undefined)[],
  options: HoldOffOptions = {}
): AlertEpisode[] {
  const { openAt = 5, openAfter = 2, closeBelow = 2, closeAfter = 3 } = options;
  const episodes: AlertEpisode[] = [];
  let open: { opened: number; peak: number } | undefined;
  let high = 0;
  let low = 0;
  surprisals.forEach((u, i) => {
    if (u === undefined) {
      return;
    }
    high = u >= openAt ? high + 1 : 0;
    low = u < closeBelow ? low + 1 : 0;
    if (open) {
      open.peak = Math.max(open.peak, u);
      if (low >= closeAfter) {
        episodes.push({ ...open, closed: i });
        open = undefined;
      }
    } else if (high >= openAfter) {
      open = { opened: i, peak: u };
    }
  });
  return open ? [...episodes, open] : episodes;
}
