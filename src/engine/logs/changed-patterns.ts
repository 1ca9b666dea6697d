import type { LogLine, LogSeverity, Ratio } from '#model';
import { DrainMiner, templateText, type DrainConfig } from './drain.ts';
import { toLogMessage } from './log-message.ts';

/** A template whose lines became more, fewer, or are new. */
export interface ChangedPattern {
  /** Hostile text with `<*>` and `<NUM>` where tokens vary. */
  readonly template: string;
  readonly severity: LogSeverity;
  /** Lines since the onset, of the whole log where only a part was read. */
  readonly count: number;
  /** Lines that are usual in as long a time. */
  readonly usualCount: number;
  /** Whether normal times have no such line among those that were read. */
  readonly isNew: boolean;
  /** Lines as they were, oldest first, spread over the time. */
  readonly samples: readonly LogLine[];
}

/** The lines of one service in normal times and since the onset. */
export interface PatternWindows {
  /** In order of time; hostile text. */
  readonly baseline: readonly LogLine[];
  readonly incident: readonly LogLine[];
  /** Lengths of the windows. */
  readonly seconds: readonly [baseline: number, incident: number];
  /** Shares of the lines that were read, above 0. */
  readonly shares: readonly [baseline: Ratio, incident: Ratio];
}

const MINED: DrainConfig = { maxClusters: 1000 };
const SAMPLES = 3;
/** So many standard deviations are no chance among hundreds of templates. */
const SIGNIFICANCE = 4;
const LEAST_RATIO = 2;
const MOST_SCORE = 40;
/** Worth of a severity against deviations. */
const WEIGHT: Readonly<Record<LogSeverity, number>> = { error: 3, warning: 2, info: 1 };

/**
 * The templates of one service that changed most, mined with one miner over both windows.
 *
 * New is what normal times do not have; changed what came at least twice or at most half as often per second, and by more than
 * four standard deviations of a count that did not change. Ordered by that deviation, errors counting three times and
 * warnings twice.
 *
 * @param windows  lines of one service with lengths and shares of both windows
 * @param most  patterns that are kept
 * @returns the strongest first; every line of a service that was silent before is new; none for windows without length
 * Cost as {@link DrainMiner.add} per line. Never throws. Ref: Przyborowski, Wilenski 1940, "Homogeneity of results in testing
 * samples from Poisson series", in its normal approximation.
 */
export function changedPatterns(windows: PatternWindows, most: number): readonly ChangedPattern[] {
  const [beforeSeconds, afterSeconds] = windows.seconds;
  if (!(beforeSeconds > 0) || !(afterSeconds > 0)) {
    return [];
  }
  const [beforeShare, afterShare] = [shareOf(windows.shares[0]), shareOf(windows.shares[1])];
  // Chance that a line of a log that did not change was read in the later window.
  const later = (afterSeconds * afterShare) / (afterSeconds * afterShare + beforeSeconds * beforeShare);
  return mine(windows)
    .flatMap((own) => {
      const deviation = deviationOf(own.before, own.after.length, later);
      const isNew = own.before === 0;
      const count = own.after.length / afterShare;
      const usualCount = ((own.before / beforeShare) * afterSeconds) / beforeSeconds;
      const isRare = isNew ? own.after.length > 0 : isOther(count, usualCount) && Math.abs(deviation) >= SIGNIFICANCE;
      const score = Math.min(MOST_SCORE, Math.abs(deviation)) * WEIGHT[own.severity] + (isNew ? 1 : 0);
      return isRare ? [{ ...own, count, usualCount, isNew, score }] : [];
    })
    .toSorted((left, right) => right.score - left.score || (left.template < right.template ? -1 : 1))
    .slice(0, most)
    .map(({ template, severity, count, usualCount, isNew, after, example }) => ({
      template,
      severity,
      count: Math.round(count),
      usualCount,
      isNew,
      samples: after.length > 0 ? spread(after) : example,
    }));
}

interface Mined {
  readonly template: string;
  readonly severity: LogSeverity;
  readonly before: number;
  readonly after: readonly LogLine[];
  /** A line of normal times, for templates that are gone. */
  readonly example: readonly LogLine[];
}

function mine({ baseline, incident }: PatternWindows): readonly Mined[] {
  const miner = new DrainMiner(MINED);
  const found: { severity: LogSeverity; before: number; after: LogLine[]; example: LogLine[]; slot: number }[] = [];
  const slotOf = (line: LogLine) => {
    const { message, severity } = toLogMessage(line.line, line.labels);
    const { cluster, created } = miner.add(message, severity);
    const known = created ? undefined : found[cluster.slot];
    const own = known ?? { severity, before: 0, after: [], example: [], slot: cluster.slot };
    found[cluster.slot] = own;
    return own;
  };
  for (const line of baseline) {
    const own = slotOf(line);
    own.before += 1;
    own.example = [line];
  }
  for (const line of incident) {
    slotOf(line).after.push(line);
  }
  return found.map(({ slot, ...own }) => {
    const cluster = miner.clusters[slot];
    return { ...own, template: cluster ? templateText(cluster) : '' };
  });
}

/** How far the split of the lines lies from that of a log that did not change, in standard deviations. */
function deviationOf(before: number, after: number, later: number): number {
  const total = before + after;
  return (after - total * later) / Math.sqrt(Math.max(1e-9, total * later * (1 - later)));
}

function shareOf(share: Ratio): Ratio {
  return share > 0 ? Math.min(1, Math.max(1e-6, share)) : 1;
}

function isOther(count: number, usualCount: number): boolean {
  return count >= LEAST_RATIO * usualCount || usualCount >= LEAST_RATIO * count;
}

/** First, middle and last. */
function spread(lines: readonly LogLine[]): readonly LogLine[] {
  const places = [0, Math.floor((lines.length - 1) / 2), lines.length - 1];
  return [...new Set(places)].flatMap((place) => lines[place] ?? []).slice(0, SAMPLES);
}
