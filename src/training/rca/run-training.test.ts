import { describe, expect, it } from 'vitest';
import { parseRankingWeights, PLAIN_DEFAULTS, PRIOR_RANKING_WEIGHTS, SHIPPED_RANKING_WEIGHTS } from '#engine';
import { RandomDraws } from './random-draws.ts';
import { DEFAULT_RECIPE, type RankingRecipe } from './recipe.ts';
import { runTraining } from './run-training.ts';
import { simulateCase } from './simulation/simulate-case.ts';
import { runTrainingJob, type TrainingRequest } from './training-job.ts';
import { sourcesOf } from './incident-sources.ts';
import { hashIncidents, toRankingWeights, writeWeightsFile } from './weights-file.ts';

const recipe: RankingRecipe = { ...DEFAULT_RECIPE, simulated: 50, mixed: 20, members: 1, hidden: 2, iterations: 3 };
const random = new RandomDraws(8);
const incidents = Array.from({ length: 6 }, (_, i) => ({ ...simulateCase(random), system: i % 2 === 0 ? 'a' : 'b' }));
const request: TrainingRequest = { incidents, topologies: [], recipe, evaluate: ['unseen'] };

describe('runTraining', () => {
  it('answers from its thread what the job answers here, and tells how far it is', async () => {
    const stages = new Set<string>();
    const answer = await runTraining(request, { onProgress: ({ stage }) => stages.add(stage) });
    expect(answer).toEqual(runTrainingJob(request));
    expect([...stages].sort()).toEqual(['evaluate', 'linear', 'mix', 'simOnly', 'simulate']);
    expect(answer.evaluated.unseen?.linear).toHaveLength(answer.usable);
  });

  it('ends at once when it is cancelled', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const run = runTraining(request, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(run).rejects.toBe(reason);
    await expect(runTraining(request, { signal: stop.signal })).rejects.toBe(reason);
  });

  it('refuses what takes too long, and a recipe outside its limits', async () => {
    await expect(runTraining(request, { deadlineMs: 1 })).rejects.toMatchObject({ code: 'CAUSEWAY_TRAINING_FAILED' });
    const large = { ...request, recipe: { ...recipe, members: 99 } };
    await expect(runTraining(large)).rejects.toThrow('members is 99');
  });

  it('refuses to learn from what is for measuring only, and measures on it', async () => {
    const published = incidents.map((item) => ({ ...item, system: 'sockshop' }));
    const refused = { ...request, incidents: published };
    await expect(runTraining(refused)).rejects.toMatchObject({ code: 'CAUSEWAY_TRAINING_LICENCE' });
    expect(() => runTrainingJob(refused)).toThrow('for measuring only');
    const { evaluated } = runTrainingJob({ ...refused, testOnly: ['sockshop'] });
    expect(evaluated.unseen?.linear).toHaveLength(published.length);
  });

  it('fits confidences and threshold to services that were left out, where there are enough incidents', () => {
    const brief = { ...recipe, iterations: 1 };
    const many = Array.from({ length: 24 }, (_, i) => ({ ...simulateCase(random), system: i % 2 === 0 ? 'a' : 'b' }));
    const { defaults, evaluated } = runTrainingJob({ ...request, incidents: many, recipe: brief, evaluate: [] });
    expect(evaluated.service?.linear.length).toBeGreaterThan(20);
    expect(defaults.threshold).not.toBe(PLAIN_DEFAULTS.threshold);
    const few = runTrainingJob({ ...request, recipe: brief, evaluate: [] });
    expect(few.defaults.threshold).toBe(PLAIN_DEFAULTS.threshold);
  });
});

describe('a weights file', () => {
  const answer = runTrainingJob({ ...request, evaluate: [] });
  const record = {
    dataHash: hashIncidents(incidents),
    sources: sourcesOf(incidents),
    recipe,
    topologies: 0,
    figures: {},
  };

  it('is read back as it was written, byte by byte alike for the same run', () => {
    const weights = toRankingWeights(answer, ['simulation']);
    const text = writeWeightsFile(weights, record);
    expect(parseRankingWeights(JSON.parse(text))).toEqual(weights);
    const again = runTrainingJob({ ...request, evaluate: [] });
    expect(writeWeightsFile(toRankingWeights(again, ['simulation']), record)).toBe(text);
  });

  it('has a version that follows its numbers', () => {
    const other = { ...answer, ranking: { ...answer.ranking, linear: PRIOR_RANKING_WEIGHTS } };
    const cooler = { ...answer, defaults: { ...answer.defaults, temperature: 3 } };
    expect(toRankingWeights(other, []).version).not.toBe(toRankingWeights(answer, []).version);
    expect(toRankingWeights(cooler, []).version).not.toBe(toRankingWeights(answer, []).version);
    expect(toRankingWeights(answer, []).version).toMatch(/^trained-[0-9a-f]{12}$/);
  });

  it('has the version of its numbers when it is the shipped one', () => {
    const { prior, linear, networks, defaults, trainedOn, version } = SHIPPED_RANKING_WEIGHTS;
    expect(toRankingWeights({ ranking: { prior, linear, ...networks }, defaults }, trainedOn).version).toBe(version);
  });

  it('names the data by a hash of values, graph and truth', () => {
    const [first, ...rest] = incidents;
    const moved = { ...first!, cause: first!.cause === 0 ? 1 : 0 };
    expect(hashIncidents(incidents)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashIncidents([moved, ...rest])).not.toBe(hashIncidents(incidents));
    expect(hashIncidents([{ ...first!, causeName: 'renamed' }, ...rest])).toBe(hashIncidents(incidents));
  });
});
