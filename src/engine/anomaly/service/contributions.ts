import type { FeatureShare } from '#model';
import { MEMBER, MEMBERS, type MemberStreams } from './member-streams.ts';

/** How a member's share is handed on, in the order of the members: by squares, in proportion, or to the largest. */
const POWERS: readonly number[] = [2, 2, 2, 1, Infinity, 2];

/**
 * Share of every feature in the score of the last row: the shares of the members, each handed on to the features by what
 * they contributed to it.
 *
 * Inside sub-PCA and the forest `r_j^2 / sum r^2`, inside EWMA `z_j / sum z`, inside the seasonal maximum 1 for the
 * largest, inside the LSTM as in sub-PCA.
 *
 * @param streams  members after their last row
 * @param memberShares  share of each member in the order of {@link MEMBERS}, summing to 1
 * @param features  signal ids in the order of the streams
 * @returns shares >= 0 that sum to 1, largest first; all even where nothing is known
 * Cost O(features log features). Source: A3.13, detection 13.
 */
export function featureShares(
  streams: MemberStreams,
  memberShares: Float64Array,
  features: readonly string[]
): FeatureShare[] {
  const totals = new Float64Array(features.length);
  for (let k = 0; k < MEMBERS.length; k += 1) {
    const share = memberShares[k] ?? 0;
    if (share > 0) {
      addMember(totals, share, partOf(streams, k), POWERS[k] ?? 2);
    }
  }
  const sum = totals.reduce((total, value) => total + value, 0);
  return features
    .map((signalId, j) => ({ signalId, share: sum > 0 ? (totals[j] ?? 0) / sum : 1 / features.length }))
    .sort((left, right) => right.share - left.share || (left.signalId < right.signalId ? -1 : 1));
}

function partOf(streams: MemberStreams, member: number): Float64Array {
  switch (member) {
    case MEMBER.subPca24:
      return streams.long.ratios;
    case MEMBER.ewmaMean:
      return streams.ewma.deviations;
    case MEMBER.seasonalMax:
      return streams.seasonal;
    case MEMBER.lstm:
      return streams.lstm?.featureRatios() ?? streams.short.ratios;
    default:
      return streams.short.ratios;
  }
}

/** Hands the share of a member on to the features; `power` 1 or 2, Infinity for the largest alone. */
function addMember(totals: Float64Array, share: number, part: Float64Array, power: number): void {
  let sum = 0;
  let largest = 0;
  for (let j = 0; j < totals.length; j += 1) {
    const value = part[j] ?? NaN;
    // NaN, a missing feature, is not larger than anything.
    if (value > 0) {
      sum += power === 1 ? value : value * value;
      largest = value > (part[largest] ?? 0) || !((part[largest] ?? NaN) > 0) ? j : largest;
    }
  }
  for (let j = 0; j < totals.length; j += 1) {
    totals[j] = (totals[j] ?? 0) + share * partShare(part[j] ?? NaN, power, sum, j === largest, totals.length);
  }
}

function partShare(value: number, power: number, sum: number, isLargest: boolean, count: number): number {
  if (!(sum > 0)) {
    return 1 / count;
  }
  if (power === Infinity) {
    return isLargest ? 1 : 0;
  }
  return value > 0 ? (power === 1 ? value : value * value) / sum : 0;
}
