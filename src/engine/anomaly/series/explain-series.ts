import type { DetectorShare, SeriesExplanation, Unit } from '#model';
import type { MemberReading } from './ensemble.ts';

/** What {@link explainSeries} words. */
export interface SeriesFacts {
  readonly value: number;
  readonly unit: Unit | undefined;
  readonly direction: 'above' | 'below';
  /** What was expected; NaN where unknown. */
  readonly expected: number;
  /** Surprisal of the series. */
  readonly surprisal: number;
  readonly members: readonly MemberReading[];
  /** Days of history behind it. */
  readonly days: number;
  /** What the KS drift compared; undefined where it is no member. */
  readonly compared: { readonly recentSeconds: number; readonly beforeSeconds: number } | undefined;
  readonly confidence: number;
  readonly shortHistory: boolean;
  /** A series that rested until now. */
  readonly isDeparture: boolean;
  /** The deviation is strange, but harmless or too small to matter. */
  readonly isHarmless: boolean;
}

const QUIET = 2;
/** From which size on a value is written how: times `factor`, with the suffix. Largest first. */
type Scale = readonly [from: number, factor: number, suffix: string];

const SCALES: Record<Unit, readonly Scale[]> = {
  seconds: [
    [1, 1, ' s'],
    [1e-3, 1e3, ' ms'],
    [0, 1e6, ' µs'],
  ],
  bytes: [
    [2 ** 30, 2 ** -30, ' GiB'],
    [2 ** 20, 2 ** -20, ' MiB'],
    [2 ** 10, 2 ** -10, ' KiB'],
    [0, 1, ' B'],
  ],
  ratio: [[0, 100, ' %']],
  'per-second': [[0, 1, ' /s']],
  count: [[0, 1, '']],
  cores: [[0, 1, ' cores']],
  dimensionless: [[0, 1, '']],
};

/**
 * Why a point of one series got its score: the share of every member and one sentence.
 *
 * @param facts  the point and what the members said about it
 * @returns shares that are not negative and sum to 1 (none where no member spoke)
 * Cost O(members). Source: A3.13; detection 13: the share of a member is its surprisal over the sum.
 */
export function explainSeries(facts: SeriesFacts): SeriesExplanation {
  const { confidence, shortHistory } = facts;
  return { members: toShares(facts.members), sentence: toSentence(facts), confidence, shortHistory };
}

function toShares(members: readonly MemberReading[]): DetectorShare[] {
  const spoken = members.filter((member) => member.counts);
  const total = spoken.reduce((sum, member) => sum + member.surprisal, 0);
  return spoken.map(({ detector, raw, surprisal }) => ({
    detector,
    raw,
    surprisal,
    share: total > 0 ? surprisal / total : 1 / spoken.length,
  }));
}

function toSentence(facts: SeriesFacts): string {
  const { direction, expected, isDeparture, isHarmless } = facts;
  const value = toText(facts.value, facts.unit);
  if (isDeparture) {
    return `Value ${value} is the first change of a series that rested.`;
  }
  if (facts.surprisal < QUIET && !isHarmless) {
    return 'Nothing unusual.';
  }
  if (isHarmless) {
    return `Value ${value} is unusual, but not in a way that does harm.`;
  }
  const top = facts.members.reduce<MemberReading | undefined>(
    (best, member) => (member.counts && member.surprisal > (best?.surprisal ?? -1) ? member : best),
    undefined
  );
  const usual = Number.isNaN(expected) ? '' : ` (usual: ${toText(expected, facts.unit)})`;
  return top === undefined
    ? `Value ${value} is ${direction} what is usual${usual}.`
    : wordMember(top, facts, value, usual);
}

function wordMember(top: MemberReading, facts: SeriesFacts, value: string, usual: string): string {
  const { direction } = facts;
  switch (top.detector) {
    case 'range':
      return `Value ${value} is ${direction} nearly everything seen in ${toDays(facts.days)}${usual}.`;
    case 'discord':
      return `The last two values, ending at ${value}, follow each other as never before in ${toDays(facts.days)}.`;
    case 'windowForest':
      return `Level, change and time of day rarely meet like this: value ${value}${usual}.`;
    case 'ksDrift':
      return wordDrift(facts.compared);
    case 'slowRange':
      return `The mean of the last hour is ${direction} nearly all hours of ${toDays(facts.days)}${usual}.`;
    case 'roughness':
      return `The last hour fluctuates as hardly any hour in ${toDays(facts.days)}.`;
    case 'seasonal':
      return `Value ${value} is ${direction} what is usual at this time of day${usual}.`;
    case 'robustZ':
      return `Value ${value} is ${direction} the level of the last day${usual}.`;
    default:
      return `Value ${value} jumped ${direction} its recent level${usual}.`;
  }
}

function wordDrift(compared: SeriesFacts['compared']): string {
  return compared === undefined
    ? 'The newest values are distributed differently from those before.'
    : `The values of the last ${toSpan(compared.recentSeconds)} are distributed differently from those of the ${toSpan(compared.beforeSeconds)} before.`;
}

function toDays(days: number): string {
  return toSpan(86_400 * days);
}

function toSpan(seconds: number): string {
  const [length, unit] =
    seconds >= 2 * 86_400
      ? [seconds / 86_400, 'day']
      : seconds >= 2 * 3600
        ? [seconds / 3600, 'hour']
        : [Math.max(1, seconds / 60), 'minute'];
  const whole = Math.floor(length + 1e-9);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}

function toText(value: number, unit: Unit | undefined): string {
  const scales = SCALES[unit ?? 'dimensionless'];
  const size = Math.abs(value);
  const [, factor, suffix] = scales.find(([from, by]) => (size === 0 ? by >= 1 : size >= from)) ?? [0, 1, ''];
  return `${Number((factor * value).toPrecision(3))}${suffix}`;
}
