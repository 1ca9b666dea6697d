import { describe, expect, it } from 'vitest';
import { eventWindows } from './event-windows.ts';

const MINUTE = 60_000;
const minutes = (from: number, to: number) => ({ fromMs: from * MINUTE, toMs: to * MINUTE });
const TIMES = { baseline: minutes(0, 180), window: minutes(180, 200), onsetMs: 190 * MINUTE };

describe('eventWindows', () => {
  it('compares the time since the onset with the hour before', () => {
    expect(eventWindows(TIMES, [])).toEqual({ baseline: minutes(120, 180), incident: minutes(190, 200) });
  });

  it('leaves two minutes before the onset out, and takes the whole window where the onset is not known', () => {
    const early = { ...TIMES, onsetMs: 181 * MINUTE };
    expect(eventWindows(early, [])?.baseline.toMs).toBe(179 * MINUTE);
    const { onsetMs: _, ...unknown } = TIMES;
    expect(eventWindows(unknown, [])).toEqual({ baseline: minutes(118, 178), incident: minutes(180, 200) });
  });

  it('takes the newest stretch without a known incident that is long enough', () => {
    const known = [minutes(172, 176), minutes(20, 60), minutes(100, 110)];
    expect(eventWindows(TIMES, known)?.baseline).toEqual(minutes(112, 172));
    expect(eventWindows(TIMES, [minutes(80, 178)])?.baseline).toEqual(minutes(20, 80));
  });

  it('compares nothing where there are no ten minutes of normal times', () => {
    expect(eventWindows({ ...TIMES, baseline: minutes(171, 180) }, [])).toBeUndefined();
    expect(eventWindows(TIMES, [minutes(5, 300)])).toBeUndefined();
  });

  it('gives whole seconds', () => {
    const odd = { baseline: { fromMs: 1, toMs: 3_600_501 }, window: { fromMs: 3_600_501, toMs: 4_000_001 } };
    const { baseline, incident } = eventWindows(odd, [])!;
    expect([baseline, incident].flatMap(({ fromMs, toMs }) => [fromMs % 1000, toMs % 1000])).toEqual([0, 0, 0, 0]);
  });
});
