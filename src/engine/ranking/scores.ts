import { RANKING_FEATURES, RAW_FEATURES } from './feature-names.ts';
import type { CaseFeatures } from './extract-features.ts';
import type { NetworkMember } from './ranking-weights.ts';

const RAW_COLUMNS = RAW_FEATURES.map((name) => RANKING_FEATURES.indexOf(name));
const RAW = RAW_COLUMNS.length;

/**
 * Linear score of every candidate.
 *
 * @param x  features per candidate
 * @param weights  one per feature
 * @returns sum of weight times feature per candidate
 * Cost O(candidates x features). Ref: RCA specification 5.1.
 */
export function linearScores(x: readonly Float64Array[], weights: Float64Array): Float64Array {
  return Float64Array.from(x, (row) => row.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0));
}

/**
 * What the network sees of every candidate: its raw features, the largest of its callees and the largest of its callers,
 * zeros where there are none.
 *
 * @param features  of the case
 * @returns 120 numbers per candidate
 * Cost O(N + E) x raw features. Ref: RCA specification 5.2.
 */
export function networkInputs({ x, callees, callers }: CaseFeatures): readonly Float64Array[] {
  return x.map((row, candidate) => {
    const inputs = new Float64Array(3 * RAW);
    RAW_COLUMNS.forEach((column, i) => {
      inputs[i] = row[column] ?? 0;
      inputs[RAW + i] = largest(x, callees[candidate] ?? [], column);
      inputs[2 * RAW + i] = largest(x, callers[candidate] ?? [], column);
    });
    return inputs;
  });
}

function largest(x: readonly Float64Array[], rows: readonly number[], column: number): number {
  let most = 0;
  for (const row of rows) {
    most = Math.max(most, x[row]?.[column] ?? 0);
  }
  return most;
}

/**
 * Mean score of some networks for every candidate.
 *
 * @param inputs  what the network sees, per candidate
 * @param members  at least one network
 * @returns mean over the members of `relu(h W1 + b1) . w2 + h . skip`
 * Cost O(candidates x inputs x hidden x members). Ref: RCA specification 5.2.
 */
export function networkScores(inputs: readonly Float64Array[], members: readonly NetworkMember[]): Float64Array {
  return Float64Array.from(inputs, (h) => {
    let sum = 0;
    for (const member of members) {
      sum += memberScore(h, member);
    }
    return sum / members.length;
  });
}

function memberScore(h: Float64Array, { w1, b1, w2, skip }: NetworkMember): number {
  const hidden = Float64Array.from(b1);
  let score = 0;
  for (let i = 0; i < h.length; i += 1) {
    const value = h[i] ?? 0;
    if (value !== 0) {
      score += value * (skip[i] ?? 0);
      for (let unit = 0; unit < hidden.length; unit += 1) {
        hidden[unit] = (hidden[unit] ?? 0) + value * (w1[i * hidden.length + unit] ?? 0);
      }
    }
  }
  for (let unit = 0; unit < hidden.length; unit += 1) {
    score += Math.max(0, hidden[unit] ?? 0) * (w2[unit] ?? 0);
  }
  return score;
}

/**
 * Logarithm of the softmax: scores of any scale become comparable log probabilities over the candidates.
 *
 * @param scores  finite; may be empty
 * @returns log probabilities, at most 0
 * Cost O(n). Ref: RCA specification 5.3, lsm.
 */
export function logSoftmax(scores: Float64Array): Float64Array {
  const most = scores.reduce((best, score) => Math.max(best, score), -Infinity);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
  return scores.map((score) => score - most - Math.log(total));
}

/**
 * Weighted sum of log softmaxes.
 *
 * @param parts  scores of the same candidates with the share of each
 * @returns log scores; their softmax is the confidence
 * @throws RangeError when there is no part
 * Cost O(parts x n). Ref: RCA specification 5.3.
 */
export function blendScores(parts: readonly (readonly [share: number, scores: Float64Array])[]): Float64Array {
  const [first] = parts;
  if (!first) {
    throw new RangeError('blendScores needs at least one part');
  }
  const sum = new Float64Array(first[1].length);
  for (const [share, scores] of parts) {
    logSoftmax(scores).forEach((value, i) => (sum[i] = (sum[i] ?? 0) + share * value));
  }
  return sum;
}
