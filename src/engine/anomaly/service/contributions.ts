import type { FeatureShare } from '#model';
import { MEMBER, MEMBERS, type MemberStreams } from './member-streams.ts';

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
      addMember(totals, share, partOf(streams, k), k === MEMBER.seasonalMax, k !== MEMBER.ewmaMean);
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

function addMember(
  totals: Float64Array,
  share: number,
  part: Float64Array,
  onlyLargest: boolean,
  squared: boolean
): void {
  const weights = part.map((value) => (value > 0 ? (squared ? value * value : value) : 0));
  if (onlyLargest) {
    const largest = weights.indexOf(weights.reduce((most, weight) => Math.max(most, weight), 0));
    weights.forEach((_, j) => (weights[j] = j === largest ? 1 : 0));
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  totals.forEach((total, j) => {
    totals[j] = total + (sum > 0 ? (share * (weights[j] ?? 0)) / sum : share / totals.length);
  });
}
