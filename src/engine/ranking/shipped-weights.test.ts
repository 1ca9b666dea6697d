import { describe, expect, it } from 'vitest';
import { SHIPPED_RANKING_WEIGHTS } from './shipped-weights.ts';
import { SHIPPED_WEIGHTS_FILE } from './shipped-weights-file.ts';

interface Training {
  readonly dataHash: string;
  readonly sources: readonly { readonly system: string; readonly licence: string }[];
  readonly figures: Readonly<Record<string, { readonly top1: number }>>;
}

describe('SHIPPED_RANKING_WEIGHTS', () => {
  it('says what it was learned from, under which licences, and what it is worth', () => {
    const { training } = JSON.parse(SHIPPED_WEIGHTS_FILE) as { training: Training };
    expect(training.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect(training.sources.map(({ system, licence }) => [system, licence])).toEqual([
      ['nezha-ob', 'MIT'],
      ['nezha-tt', 'MIT'],
      ['petshop', 'CC-BY-4.0'],
    ]);
    expect(training.figures.service?.top1).toBeGreaterThan(0.7);
    expect(SHIPPED_RANKING_WEIGHTS.trainedOn[0]).toMatch(/^simulation/);
  });

  it('is small, and has networks of both kinds', () => {
    expect(SHIPPED_WEIGHTS_FILE.length).toBeLessThan(64_000);
    const { networks, defaults } = SHIPPED_RANKING_WEIGHTS;
    expect([networks.mix.length, networks.simOnly.length]).toEqual([2, 2]);
    expect(defaults).toMatchObject({ ranker: 'three-way' });
  });
});
