import { describe, expect, it } from 'vitest';
import { RANKING_FEATURES, RAW_FEATURES } from './feature-names.ts';
import { PRIOR_RANKING_WEIGHTS } from './prior-weights.ts';
import { formatRankingWeights, parseRankingWeights, RankingWeightsError, WEIGHTS_SCHEMA } from './ranking-weights.ts';

const HIDDEN = 2;
const INPUTS = 3 * RAW_FEATURES.length;

function member(): Record<string, unknown> {
  return {
    W1: Array.from({ length: INPUTS }, (_, row) => [row / 8, -row / 8]),
    b1: [0.5, -0.5],
    w2: [1, 2],
    skip: Array.from({ length: INPUTS }, (_, i) => i / 4),
  };
}

function file(change: Record<string, unknown> = {}): Record<string, unknown> {
  const byName = Object.fromEntries(RANKING_FEATURES.map((name, i) => [name, i / 2]));
  return {
    schema: WEIGHTS_SCHEMA,
    version: '1',
    trainedOn: ['simulation'],
    features: [...RANKING_FEATURES],
    rawFeatures: [...RAW_FEATURES],
    prior: byName,
    linear: byName,
    networks: { mix: [member()], simOnly: [] },
    ...change,
  };
}

const fieldOf = (value: unknown): string => {
  try {
    parseRankingWeights(value);
  } catch (error) {
    expect(error).toBeInstanceOf(RankingWeightsError);
    expect((error as RankingWeightsError).remedy).not.toBe('');
    return (error as RankingWeightsError).field;
  }
  return 'accepted';
};

describe('parseRankingWeights', () => {
  it('has 52 features, 40 of them raw', () => {
    expect([RANKING_FEATURES.length, RAW_FEATURES.length, PRIOR_RANKING_WEIGHTS.length]).toEqual([52, 40, 52]);
  });

  it('reads what was written', () => {
    const weights = parseRankingWeights(JSON.parse(JSON.stringify(file())));
    expect(weights.linear[3]).toBe(1.5);
    expect(weights.networks.mix[0]?.w1[2 * HIDDEN + 1]).toBe(-0.25);
    expect(parseRankingWeights(JSON.parse(JSON.stringify(formatRankingWeights(weights))))).toEqual(weights);
  });

  it('uses the blend as it is where the file says nothing else', () => {
    expect(parseRankingWeights(file()).defaults).toEqual({ ranker: 'blend', temperature: 1, threshold: 5.2 });
    const defaults = { ranker: 'three-way', temperature: 1.5, threshold: 4 };
    expect(parseRankingWeights(file({ defaults })).defaults).toEqual(defaults);
  });

  it.each([
    ['a list', [], 'the file'],
    ['nothing', null, 'the file'],
    ['another schema', file({ schema: 'other' }), 'schema'],
    ['no version', file({ version: 3 }), 'version'],
    ['no sources', file({ trainedOn: 'x' }), 'trainedOn'],
    ['features in another order', file({ features: [...RANKING_FEATURES].reverse() }), 'features[0]'],
    ['a feature too many', file({ features: [...RANKING_FEATURES, 'x'] }), 'features[52]'],
    ['a weight that is text', file({ linear: { ...(file().linear as object), mem: '1' } }), 'linear.mem'],
    ['a weight that is missing', file({ prior: {} }), 'prior.lat'],
    ['a weight of an unknown feature', file({ prior: { ...(file().prior as object), luck: 1 } }), 'prior.luck'],
    ['a weight that is infinite', file({ prior: { ...(file().prior as object), cpu: Infinity } }), 'prior.cpu'],
    ['an unknown ranker', file({ defaults: { ranker: 'x', temperature: 1, threshold: 5 } }), 'defaults.ranker'],
    ['a temperature of 0', file({ defaults: { ranker: 'gnn', temperature: 0, threshold: 5 } }), 'defaults.temperature'],
    ['no threshold', file({ defaults: { ranker: 'gnn', temperature: 1 } }), 'defaults.threshold'],
    ['no networks', file({ networks: undefined }), 'networks'],
    ['a short matrix', file({ networks: { mix: [{ ...member(), W1: [[1, 2]] }], simOnly: [] } }), 'networks.mix[0].W1'],
    ['no hidden units', file({ networks: { mix: [], simOnly: [{ ...member(), b1: [] }] } }), 'networks.simOnly[0].b1'],
    [
      'NaN in a matrix',
      file({ networks: { mix: [{ ...member(), w2: [1, Number.NaN] }], simOnly: [] } }),
      'networks.mix[0].w2[1]',
    ],
  ])('names the field of %s', (_, value, field) => {
    expect(fieldOf(value)).toBe(field);
  });
});
