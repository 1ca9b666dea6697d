import { describe, expect, it } from 'vitest';
import { alertEpisodes } from './hold-off.ts';

describe('alertEpisodes', () => {
  it('opens after two points and closes after three calm ones', () => {
    expect(alertEpisodes([0, 6, 6, 9, 1, 1, 1, 0])).toEqual([{ opened: 2, peak: 9, closed: 6 }]);
  });

  it('is one episode while the score wavers', () => {
    expect(alertEpisodes([6, 6, 3, 6, 1, 1, 6, 6])).toEqual([{ opened: 1, peak: 6 }]);
  });

  it('neither opens nor closes on unknown', () => {
    expect(alertEpisodes([6, undefined, 6, 1, undefined, 1, undefined, undefined])).toEqual([{ opened: 2, peak: 6 }]);
  });

  it('ignores a lone spike and takes other thresholds', () => {
    expect(alertEpisodes([0, 12, 0])).toEqual([]);
    expect(alertEpisodes([0, 4, 0], { openAt: 3, openAfter: 1 })).toEqual([{ opened: 1, peak: 4 }]);
  });
});
