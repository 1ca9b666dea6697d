import { describe, expect, it } from 'vitest';
import { measureRca, type RcaAnswer } from './answer.ts';
import { parseRcaArguments } from './arguments.ts';
import { rcaPage } from './page.ts';
import { FIXTURES } from './testing-fixtures.ts';
import type { RefittedFigures } from './unseen.ts';

const FIGURES: RefittedFigures = {
  cases: 10,
  top1: 0.8,
  top3: 0.9,
  avg5: 0.9,
  bySystem: { shop: { cases: 10, top1: 0.8, top3: 0.9, avg5: 0.9 } },
  meanOfSystems: { top1: 0.8, top3: 0.9 },
  top1Interval: [0.49, 0.94],
  calibration: { ece: 0.1, sure: 4, sureAndRight: 4 },
  code: { cases: 2, top1: 0.5, top3: 1, avg5: 0.8 },
};

describe('the page', () => {
  it('shows what the bench measured, with intervals, and what it did not measure is not there', async () => {
    const answer = await measureRca(parseRcaArguments(['--data', FIXTURES.pack]), () => {});
    expect(answer.ranker).toBe(answer.weights.defaults.ranker);
    const page = rcaPage(answer);
    expect(page).toContain(answer.weights.version);
    expect(page).toMatch(/\| petshop +\| 2 /);
    expect(page).not.toMatch(/undefined|NaN|where they were not trained|## Cost/);
    const whole: RcaAnswer = {
      ...answer,
      refitted: {
        meanOfUnseenSystems: null,
        trainedOn: ['shop'],
        testedOnly: [],
        leftOut: [],
        protocols: { unseen: { linear: FIGURES } },
      },
      speed: [
        { services: 30, series: 330, baselineRows: 10, p50Ms: 1, p99Ms: 2, caseMiB: 3, rankingMiB: 1 },
        { services: 60, series: 660, baselineRows: 10, p50Ms: 2, p99Ms: 4, caseMiB: 6, rankingMiB: 2 },
      ],
    };
    const full = rcaPage(whole);
    expect(full).toContain('| linear | 0.800 (0.49 to 0.94) |');
    expect(full).toMatch(/ 30 services #{24} 1 ms/);
    expect(full).toMatch(/ 60 services #{48} 2 ms/);
  });
});
