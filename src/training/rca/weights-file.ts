import { createHash } from 'node:crypto';
import { formatRankingWeights, type NetworkMember, RANKING_FEATURES, RAW_FEATURES, type RankingWeights } from '#engine';
import type { IncidentSource } from './incident-sources.ts';
import type { RankingRecipe } from './recipe.ts';
import type { TrainingAnswer } from './training-job.ts';
import type { LabelledCase } from './training-item.ts';

/** Where weights come from; it stands in their file. The reader of the engine passes over it. */
export interface TrainingRecord {
  /** SHA-256 of everything that was learned from, in order. */
  readonly dataHash: string;
  /** Labelled incidents by system, with their licences. */
  readonly sources: readonly IncidentSource[];
  readonly recipe: RankingRecipe;
  /** Real topologies that were simulated on besides random ones. */
  readonly topologies: number;
  /** Figures of the run, for people. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Digits that are kept; more would not change a rank and double the file. */
const SIGNIFICANT_DIGITS = 4;

/**
 * Weights as they are written: rounded, with a version that is a hash of their numbers.
 *
 * @param trained  from a run
 * @param trainedOn  one text per source
 * Cost O(numbers).
 */
export function toRankingWeights(
  { ranking: trained, defaults }: Pick<TrainingAnswer, 'ranking' | 'defaults'>,
  trainedOn: readonly string[]
): RankingWeights {
  const weights = {
    trainedOn,
    features: RANKING_FEATURES,
    rawFeatures: RAW_FEATURES,
    prior: trained.prior,
    linear: trained.linear.map(rounded),
    networks: { mix: trained.mix.map(roundedMember), simOnly: trained.simOnly.map(roundedMember) },
    defaults: {
      ranker: defaults.ranker,
      temperature: rounded(defaults.temperature),
      threshold: rounded(defaults.threshold),
    },
  };
  const numbers = JSON.stringify(formatRankingWeights({ ...weights, version: 'unversioned' }));
  return { ...weights, version: `trained-${createHash('sha256').update(numbers).digest('hex').slice(0, 12)}` };
}

/**
 * The text of a weights file. The same weights and record give the same bytes.
 * Cost O(numbers).
 */
export function writeWeightsFile(weights: RankingWeights, record: TrainingRecord): string {
  return `${JSON.stringify({ ...formatRankingWeights(weights), training: record })}\n`;
}

/**
 * Fingerprint of labelled incidents: series, events, graph and truth of each, without names.
 * Cost O(values).
 */
export function hashIncidents(incidents: readonly LabelledCase[]): string {
  const hash = createHash('sha256');
  for (const { case: input, cause, system, fault } of incidents) {
    const { series, events, ...shape } = input;
    hash.update(JSON.stringify([shape, cause, system, fault]));
    for (const { baseline, incident, ...about } of series) {
      hash.update(JSON.stringify(about)).update(bytesOf(baseline)).update(bytesOf(incident));
    }
    hash.update(JSON.stringify(events ?? null, (_key, value: unknown) => (value instanceof Map ? [...value] : value)));
  }
  return hash.digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Adding 0 takes the sign off a zero, which JSON does not keep. */
const rounded = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS)) + 0;

function roundedMember({ w1, b1, w2, skip }: NetworkMember): NetworkMember {
  return { w1: w1.map(roundedInput), b1: b1.map(rounded), w2: w2.map(rounded), skip: skip.map(rounded) };
}

/** The many weights of the first layer are small; three decimals are as good as four digits. */
const roundedInput = (value: number): number => Math.round(value * 1e3) / 1e3 + 0;
