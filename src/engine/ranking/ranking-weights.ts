import { DEFAULT_ABSTENTION_THRESHOLD } from './abstention.ts';
import { RANKING_FEATURES, RAW_FEATURES } from './feature-names.ts';
import { RANKERS, type Ranker } from './ranking-result.ts';

/** Format of a weights file; the reader refuses others. */
export const WEIGHTS_SCHEMA = 'causeway.ranking-weights/1';

/** One network of the ensemble: `relu(h W1 + b1) . w2 + h . skip` with h of 3 x raw features. */
export interface NetworkMember {
  /** Inputs x hidden, row-major. */
  readonly w1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  /** One weight per input. */
  readonly skip: Float64Array;
}

/** How weights are used unless the caller says otherwise, found on incidents that were kept from their training. */
export interface RankingDefaults {
  readonly ranker: Ranker;
  /** The scores of that ranker are divided by it before they become confidences; above 1: less sure. */
  readonly temperature: number;
  /** Smallest top linear score that names a cause where no quiet windows of the installation were replayed. */
  readonly threshold: number;
}

/** Where a weights file says nothing. */
export const PLAIN_DEFAULTS: RankingDefaults = {
  ranker: 'blend',
  temperature: 1,
  threshold: DEFAULT_ABSTENTION_THRESHOLD,
};

/** Everything the ranking was taught. Vectors follow {@link RANKING_FEATURES}, network inputs {@link RAW_FEATURES}. */
export interface RankingWeights {
  readonly version: string;
  /** What the weights were fitted to, one entry per source; empty for the hand-written prior. */
  readonly trainedOn: readonly string[];
  readonly features: readonly string[];
  readonly rawFeatures: readonly string[];
  /** Written by hand, no fitting. */
  readonly prior: Float64Array;
  /** Fitted toward the prior; the prior itself where nothing was fitted. */
  readonly linear: Float64Array;
  /** Trained on simulation and labelled incidents, and on simulation alone; empty where nothing was trained. */
  readonly networks: { readonly mix: readonly NetworkMember[]; readonly simOnly: readonly NetworkMember[] };
  readonly defaults: RankingDefaults;
}

/** A weights file is not in the format; `field` names the place, `remedy` what to do. */
export class RankingWeightsError extends Error {
  readonly field: string;
  readonly remedy: string;

  constructor(field: string, problem: string, remedy: string) {
    super(`weights: ${field} ${problem}`);
    this.name = 'RankingWeightsError';
    this.field = field;
    this.remedy = remedy;
  }
}

/** Larger numbers are no weights: they would drown every feature and overflow in the softmax. */
const MAX_WEIGHT = 1e6;
const MAX_MEMBERS = 32;
const MAX_HIDDEN = 1024;
const TEMPERATURES: readonly [low: number, high: number] = [0.05, 20];
const RETRAIN = 'Train the weights again with this version.';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a weights file.
 *
 * The file is one JSON object: `schema`, `version`, `trainedOn` (strings), `features` and `rawFeatures` (names, in our
 * order), `prior` and `linear` (objects of feature -> number, all features), `networks` of `mix` and `simOnly`: lists of
 * `{W1: number[inputs][hidden], b1: number[hidden], w2: number[hidden], skip: number[inputs]}`, possibly empty; and, if
 * wanted, `defaults` of `ranker`, `temperature` and `threshold`. Other fields are passed over.
 *
 * @param value  parsed JSON of any kind
 * @returns checked weights; every number finite and at most 1e6 in size
 * @throws RankingWeightsError naming the field and the remedy
 * Cost O(numbers in the file).
 */
export function parseRankingWeights(value: unknown): RankingWeights {
  const file = fieldsOf(value, 'the file');
  if (file.schema !== WEIGHTS_SCHEMA) {
    throw new RankingWeightsError('schema', `is not "${WEIGHTS_SCHEMA}"`, RETRAIN);
  }
  checkNames(file.features, RANKING_FEATURES, 'features');
  checkNames(file.rawFeatures, RAW_FEATURES, 'rawFeatures');
  const networks = fieldsOf(file.networks, 'networks');
  return {
    version: textOf(file.version, 'version'),
    trainedOn: listOf(file.trainedOn, 'trainedOn').map((item, i) => textOf(item, `trainedOn[${i}]`)),
    features: RANKING_FEATURES,
    rawFeatures: RAW_FEATURES,
    prior: weightsByName(file.prior, 'prior'),
    linear: weightsByName(file.linear, 'linear'),
    networks: {
      mix: membersOf(networks.mix, 'networks.mix'),
      simOnly: membersOf(networks.simOnly, 'networks.simOnly'),
    },
    defaults: file.defaults === undefined ? PLAIN_DEFAULTS : defaultsOf(fieldsOf(file.defaults, 'defaults')),
  };
}

/**
 * Writes weights in the format that {@link parseRankingWeights} reads.
 *
 * @param weights  checked weights
 * @returns an object for JSON.stringify; reading it back gives the same numbers
 * Cost O(numbers).
 */
export function formatRankingWeights(weights: RankingWeights): object {
  const byName = (values: Float64Array): object =>
    Object.fromEntries(RANKING_FEATURES.map((name, i) => [name, values[i] ?? 0]));
  const member = ({ w1, b1, w2, skip }: NetworkMember): object => ({
    W1: Array.from(skip, (_, row) => Array.from(w1.subarray(row * b1.length, (row + 1) * b1.length))),
    b1: Array.from(b1),
    w2: Array.from(w2),
    skip: Array.from(skip),
  });
  return {
    schema: WEIGHTS_SCHEMA,
    version: weights.version,
    trainedOn: weights.trainedOn,
    features: RANKING_FEATURES,
    rawFeatures: RAW_FEATURES,
    prior: byName(weights.prior),
    linear: byName(weights.linear),
    networks: { mix: weights.networks.mix.map(member), simOnly: weights.networks.simOnly.map(member) },
    defaults: weights.defaults,
  };
}

function defaultsOf(fields: Fields): RankingDefaults {
  const ranker = RANKERS.find((name) => name === fields.ranker);
  if (ranker === undefined) {
    throw new RankingWeightsError('defaults.ranker', `is none of ${RANKERS.join(', ')}`, RETRAIN);
  }
  const temperature = numberOf(fields.temperature, 'defaults.temperature');
  const [low, high] = TEMPERATURES;
  if (!(temperature >= low && temperature <= high)) {
    throw new RankingWeightsError('defaults.temperature', `is not from ${low} to ${high}`, RETRAIN);
  }
  return { ranker, temperature, threshold: numberOf(fields.threshold, 'defaults.threshold') };
}

function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RankingWeightsError(field, 'is not an object', RETRAIN);
  }
  return value as Fields;
}

function listOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new RankingWeightsError(field, 'is not a list', RETRAIN);
  }
  return value as readonly unknown[];
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new RankingWeightsError(field, 'is not a text', RETRAIN);
  }
  return value;
}

function numberOf(value: unknown, field: string): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= MAX_WEIGHT)) {
    throw new RankingWeightsError(field, `is not a number of at most ${MAX_WEIGHT} in size`, RETRAIN);
  }
  return value;
}

function checkNames(value: unknown, expected: readonly string[], field: string): void {
  const names = listOf(value, field);
  const wrong = expected.findIndex((name, i) => names[i] !== name);
  if (wrong >= 0 || names.length !== expected.length) {
    const at = wrong >= 0 ? wrong : expected.length;
    const problem = `is ${JSON.stringify(names[at]) ?? 'missing'} where "${expected[at] ?? 'nothing'}" is expected`;
    throw new RankingWeightsError(`${field}[${at}]`, problem, RETRAIN);
  }
}

function weightsByName(value: unknown, field: string): Float64Array {
  const weights = fieldsOf(value, field);
  const known: ReadonlySet<string> = new Set(RANKING_FEATURES);
  const unknown = Object.keys(weights).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new RankingWeightsError(`${field}.${unknown}`, 'is no feature', RETRAIN);
  }
  return Float64Array.from(RANKING_FEATURES, (name) => numberOf(weights[name], `${field}.${name}`));
}

function numbersOf(value: unknown, length: number | undefined, field: string): Float64Array {
  const list = listOf(value, field);
  if (length !== undefined && list.length !== length) {
    throw new RankingWeightsError(field, `has ${list.length} numbers where ${length} are expected`, RETRAIN);
  }
  return Float64Array.from(list, (item, i) => numberOf(item, `${field}[${i}]`));
}

function membersOf(value: unknown, field: string): readonly NetworkMember[] {
  const list = listOf(value, field);
  if (list.length > MAX_MEMBERS) {
    throw new RankingWeightsError(field, `has more than ${MAX_MEMBERS} members`, RETRAIN);
  }
  return list.map((item, i) => memberOf(fieldsOf(item, `${field}[${i}]`), `${field}[${i}]`));
}

function memberOf(member: Fields, field: string): NetworkMember {
  const inputs = 3 * RAW_FEATURES.length;
  const b1 = numbersOf(member.b1, undefined, `${field}.b1`);
  const hidden = b1.length;
  if (hidden === 0 || hidden > MAX_HIDDEN) {
    throw new RankingWeightsError(
      `${field}.b1`,
      `has ${hidden} numbers where 1 to ${MAX_HIDDEN} are expected`,
      RETRAIN
    );
  }
  const rows = listOf(member.W1, `${field}.W1`);
  if (rows.length !== inputs) {
    throw new RankingWeightsError(`${field}.W1`, `has ${rows.length} rows where ${inputs} are expected`, RETRAIN);
  }
  const w1 = new Float64Array(inputs * hidden);
  rows.forEach((row, i) => w1.set(numbersOf(row, hidden, `${field}.W1[${i}]`), i * hidden));
  return {
    w1,
    b1,
    w2: numbersOf(member.w2, hidden, `${field}.w2`),
    skip: numbersOf(member.skip, inputs, `${field}.skip`),
  };
}
