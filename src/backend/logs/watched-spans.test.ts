import { describe, expect, it } from 'vitest';
import { WatchedSpans } from './watched-spans.ts';

const minute = (at: number) => ({ fromMs: at * 60_000, toMs: (at + 1) * 60_000 });

describe('WatchedSpans', () => {
  it('takes silence for broken logging where somebody always spoke', () => {
    const spans = new WatchedSpans();
    for (let at = 0; at < 180; at += 1) {
      expect(spans.judge(minute(at), false)).toBe(true);
    }
    expect([180, 181, 240, 400].map((at) => spans.judge(minute(at), true))).toEqual([false, false, false, false]);
  });

  it('takes it for silence where pauses are ordinary', () => {
    const spans = new WatchedSpans();
    const verdicts = Array.from({ length: 60 }, (_, at) => spans.judge(minute(at), at % 3 !== 0));
    expect(verdicts.slice(10)).not.toContain(false);
  });

  it('watched nothing before the first line', () => {
    const spans = new WatchedSpans();
    expect([0, 1, 2].map((at) => spans.judge(minute(at), true))).toEqual([false, false, false]);
    expect(spans.judge(minute(3), false)).toBe(true);
  });

  it('joins stretches that touch', () => {
    const spans = new WatchedSpans();
    [true, true, false, true].forEach((watched, at) => spans.add({ ...minute(at), watched }));
    expect(spans.list().map(({ fromMs, toMs, watched }) => [fromMs / 60_000, toMs / 60_000, watched])).toEqual([
      [0, 2, true],
      [2, 3, false],
      [3, 4, true],
    ]);
  });
});
