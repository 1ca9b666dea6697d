import { describe, expect, it } from 'vitest';
import { pauseRealTime, steadyClock } from './clock.ts';
import { manualClock, settle } from './testing/manual-clock.ts';

describe('the steady clock', () => {
  it('goes on from the newest stored time when the machine is behind', async () => {
    const clock = manualClock(1000);
    const steady = steadyClock(clock, 5000);
    expect(steady.now()).toBe(5000);
    await clock.advance(1);
    expect(steady.now()).toBe(6000);
  });

  it('does not go back with the machine, and goes on at once', async () => {
    const clock = manualClock(10_000);
    const steady = steadyClock(clock, 0);
    expect(steady.now()).toBe(10_000);
    clock.set(4000);
    expect(steady.now()).toBe(10_000);
    await clock.advance(2);
    expect(steady.now()).toBe(12_000);
  });

  it('sleeps in its own time, in whole milliseconds', async () => {
    const clock = manualClock(1000.7);
    const steady = steadyClock(clock, 5000);
    let awake = false;
    void steady.sleepUntil(7000).then(() => (awake = true));
    await clock.advance(1);
    expect(awake).toBe(false);
    await clock.advance(1);
    await settle();
    expect(awake).toBe(true);
    expect(Number.isInteger(steady.now())).toBe(true);
  });
});

describe('a pause', () => {
  it('ends with the signal', async () => {
    await expect(pauseRealTime(60_000, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    const controller = new AbortController();
    const pause = pauseRealTime(60_000, controller.signal);
    controller.abort(new Error('stop'));
    await expect(pause).rejects.toThrow('stop');
    await expect(pauseRealTime(1)).resolves.toBeUndefined();
  });
});
