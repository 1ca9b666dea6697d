import { describe, expect, it } from 'vitest';
import { BenchError } from '../packs/bench-error.ts';
import { parseDetectionArguments } from './arguments.ts';

describe('parseDetectionArguments', () => {
  it('has the documented defaults', () => {
    expect(parseDetectionArguments(['--data', 'somewhere'])).toEqual({
      data: 'somewhere',
      json: false,
      write: false,
      only: undefined,
      sigma: [3, 5, 8],
      services: 24,
      seed: 42,
      contamination: 0.005,
      workers: undefined,
    });
  });

  it('reads every argument', () => {
    const args = '--data d --json --only asd,smd --sigma 4 --services 2 --seed 0 --contamination 0 --workers 1'.split(
      ' '
    );
    expect(parseDetectionArguments(args)).toMatchObject({
      json: true,
      only: ['asd', 'smd'],
      sigma: [4],
      services: 2,
      seed: 0,
      contamination: 0,
      workers: 1,
    });
  });

  it('needs no data for generated services', () => {
    expect(parseDetectionArguments(['--only', 'synthetic']).data).toBeUndefined();
  });

  it.each([
    [[]],
    [['--only', 'nab']],
    [['--data', 'd', '--what']],
    [['--data', 'd', 'extra']],
    [['--data', 'd', '--sigma', '3,x']],
    [['--data', 'd', '--sigma', '']],
    [['--data', 'd', '--services', '0']],
    [['--data', 'd', '--services', '1.5']],
    [['--data', 'd', '--seed', '-1']],
    [['--data', 'd', '--contamination', '0.5']],
  ])('refuses %j as a usage error', (args) => {
    const attempt = (): unknown => parseDetectionArguments(args);
    expect(attempt).toThrow(BenchError);
    expect(attempt).toThrow(expect.objectContaining({ usage: true }));
  });
});
