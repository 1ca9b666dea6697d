import { describe, expect, it } from 'vitest';
import type { AnomaliesAnswer } from '#contracts';
import { describeStep, toStepIndex, toStepStates, toTimeSteps } from './time-steps.ts';

const cell = (atMs: number, score: number | null, level: 'normal' | 'warning' | 'critical' | 'unknown') => ({
  atMs,
  score,
  level,
});
const ANSWER: AnomaliesAnswer = {
  fromMs: 0,
  toMs: 170_000,
  cellSeconds: 60,
  rows: [
    { service: 'a', cells: [cell(0, 0.1, 'normal'), cell(60_000, 0.95, 'critical'), cell(120_000, null, 'unknown')] },
    { service: 'b', cells: [cell(0, 0.2, 'normal'), cell(60_000, null, 'unknown'), cell(120_000, null, 'unknown')] },
  ],
  services: [],
  quality: [],
  checks: [],
  logs: [],
  problems: [],
};

describe('steps of the time slider', () => {
  const steps = toTimeSteps(ANSWER);

  it('end where their stretch ends, within the range, and have its worst level', () => {
    expect(steps.map(({ atMs, level }) => [atMs, level])).toEqual([
      [60_000, 'normal'],
      [120_000, 'critical'],
      [170_000, 'unknown'],
    ]);
  });

  it('say what is strange, and do not take unknown for normal', () => {
    expect(steps.map((step) => describeStep(step, '10:00'))).toEqual([
      '10:00, all normal',
      '10:00, 1 critical, 1 unknown',
      '10:00, 2 unknown',
    ]);
  });

  it('are found by time', () => {
    expect([undefined, 0, 100_000, 1e12].map((at) => toStepIndex(steps, at))).toEqual([2, 0, 1, 2]);
    expect(toStepIndex([], 5)).toBe(-1);
  });

  it('give states; without a score there is none', () => {
    expect(toStepStates(ANSWER, 1, 120_000).map(({ service, reading }) => [service, reading.kind])).toEqual([
      ['a', 'scored'],
      ['b', 'unknown'],
    ]);
    expect(toStepStates(ANSWER, 99, 0).every(({ reading }) => reading.kind === 'unknown')).toBe(true);
  });
});
