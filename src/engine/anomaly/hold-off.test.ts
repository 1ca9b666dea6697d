import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertEpisodes, holdOff } from './hold-off.ts';

describe('alertEpisodes', () => {
  it('opens at the threshold and closes after three calm points', () => {
    expect(alertEpisodes([0, 4.5, 4, 4.8, 1, 1, 1, 0])).toEqual([{ opened: 1, peak: 4.8, closed: 6 }]);
  });

  it('is one episode while the score wavers', () => {
    expect(alertEpisodes([4, 4, 3, 4, 1, 1, 4, 4])).toEqual([{ opened: 0, peak: 4 }]);
  });

  it('opens only where the surprisal exceeds all of the last six hours', () => {
    const again = [4.5, 0, 0, 0, ...new Array<number>(60).fill(0), 4.4];
    expect(alertEpisodes(again)).toHaveLength(1);
    expect(alertEpisodes([...again, ...new Array<number>(75).fill(0), 4.3])).toHaveLength(2);
  });

  it('rises to red inside an episode as an escalation, once', () => {
    expect(alertEpisodes([4, 4.5, 6, 4, 7])).toEqual([{ opened: 0, peak: 7, escalations: [2] }]);
  });

  it('opens again within six hours only when it is red for the first time', () => {
    const calm = [0, 0, 0, 0];
    expect(alertEpisodes([4, ...calm, 4.5, ...calm, 6, ...calm, 8])).toEqual([
      { opened: 0, peak: 4, closed: 3 },
      { opened: 10, peak: 6, closed: 13, escalations: [10] },
    ]);
  });

  it('neither opens nor closes on unknown, and says when there is no data', () => {
    const unknown = new Array<undefined>(12).fill(undefined);
    expect(alertEpisodes([4, 1, undefined, 1, ...unknown])).toEqual([{ opened: 0, peak: 4, noData: true }]);
    expect(alertEpisodes([4, 1, ...unknown, 1, 1])).toEqual([{ opened: 0, peak: 4, closed: 15 }]);
    expect(alertEpisodes(unknown)).toEqual([]);
  });

  it('takes other thresholds', () => {
    expect(alertEpisodes([0, 12, 0], { openAfter: 2 })).toEqual([]);
    expect(alertEpisodes([0, 6, 6, 9, 1, 1, 1], { openAt: 5, openAfter: 2 })).toEqual([
      { opened: 2, peak: 9, closed: 6 },
    ]);
  });

  it('opens at most once in six hours, escalations aside', () => {
    const series = fc.array(
      fc.oneof(fc.double({ min: 0, max: 12, noNaN: true }), fc.constant(0), fc.constant(undefined)),
      { maxLength: 400 }
    );
    fc.assert(
      fc.property(series, (surprisals) => {
        const episodes = alertEpisodes(surprisals);
        const escalations = episodes.reduce((sum, episode) => sum + (episode.escalations?.length ?? 0), 0);
        expect(episodes.length).toBeLessThanOrEqual(Math.ceil(surprisals.length / 72) + escalations);
      })
    );
  });
});

describe('holdOff', () => {
  it('keeps what exceeds everything in the window before it', () => {
    expect([...holdOff([3, 2, 4, 4, 0, NaN, 1], 3)]).toEqual([3, 0, 4, 0, 0, 0, 0]);
    expect([...holdOff([3, 0, 0, 0, 3], 3)]).toEqual([3, 0, 0, 0, 3]);
  });

  it('equals the search over the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 8 }), (values, points) => {
        const expected = values.map((value, i) =>
          value > Math.max(-1, ...values.slice(Math.max(0, i - points), i)) ? value : 0
        );
        expect([...holdOff(values, points)]).toEqual(expected);
      })
    );
  });
});
