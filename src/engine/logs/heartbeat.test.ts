import { describe, expect, it } from 'vitest';
import { Heartbeats } from './heartbeat.ts';

const MINUTE = 60_000;

function beating(gaps: readonly number[]): { readonly beats: Heartbeats; readonly lastMs: number } {
  const beats = new Heartbeats();
  let atMs = 0;
  beats.beat(7, atMs);
  for (const gap of gaps) {
    atMs += gap;
    beats.beat(7, atMs);
  }
  return { beats, lastMs: atMs };
}

/** Gaps of a gamma distribution with shape 4 (CV 0.5), mean one minute. */
function gammaGaps(count: number): number[] {
  let state = 12_345;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Array.from({ length: count }, () => -Math.log(uniform() * uniform() * uniform() * uniform()) * (MINUTE / 4));
}

describe('Heartbeats', () => {
  it('needs twenty gaps of a regular rhythm', () => {
    expect(beating(new Array<number>(19).fill(MINUTE)).beats.isHeartbeat(7)).toBe(false);
    expect(beating(new Array<number>(20).fill(MINUTE)).beats.isHeartbeat(7)).toBe(true);
    const irregular = Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? 1000 : 119_000));
    expect(beating(irregular).beats.isHeartbeat(7)).toBe(false);
    expect(beating(new Array<number>(32).fill(1000)).beats.isHeartbeat(7)).toBe(false);
  });

  it('grows with every three missed gaps, to 6, and ends when it was switched off', () => {
    const { beats, lastMs } = beating(new Array<number>(32).fill(MINUTE));
    const after = (gaps: number) => beats.missed(lastMs + gaps * MINUTE, 5 * MINUTE)[0]?.surprisal;
    expect([1, 3, 3.5, 6, 9, 12, 100, 121].map(after)).toEqual([undefined, undefined, 3, 4, 5, 6, 6, undefined]);
  });

  it('does not count time that nobody watched', () => {
    const { beats, lastMs } = beating(new Array<number>(32).fill(MINUTE));
    beats.pause(60 * MINUTE);
    expect(beats.missed(lastMs + 62 * MINUTE, 5 * MINUTE)).toEqual([]);
    expect(beats.missed(lastMs + 65 * MINUTE, 5 * MINUTE)).toHaveLength(1);
  });

  it('is rarely wrong about a rhythm at the edge of regularity', () => {
    const beats = new Heartbeats();
    let atMs = 0;
    let checkMs = 0;
    let alarms = 0;
    for (const gap of gammaGaps(20_000)) {
      for (; checkMs < atMs + gap; checkMs += 5 * MINUTE) {
        alarms += beats.missed(checkMs, 5 * MINUTE).some(({ surprisal }) => surprisal >= 3) ? 1 : 0;
      }
      atMs += gap;
      beats.beat(7, atMs);
    }
    // 4,000 checks at a nominal rate of 1e-3
    expect(alarms).toBeLessThanOrEqual(4);
  });
});
