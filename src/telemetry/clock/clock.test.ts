import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, sendText, startHostileServer, type HostileServer } from '../testing/hostile-server.ts';
import { systemClock } from './clock.ts';
import { followClock, type FollowedClock } from './follow-clock.ts';

/** Turns of the event loop until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

describe('systemClock', () => {
  it('does not wait for the past and rejects when aborted', async () => {
    const clock = systemClock();
    await clock.sleepUntil(clock.now() - 1);
    await clock.sleepUntil(clock.now() + 5);
    await expect(clock.sleepUntil(clock.now() + 1e12, AbortSignal.timeout(5))).rejects.toThrow('aborted');
    await expect(clock.sleepUntil(0, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

describe('followClock', () => {
  const open: { close: () => unknown }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((item) => item.close()));
  });

  function follow(answer: () => unknown): { clock: FollowedClock; real: { ms: number }; polls: () => number } {
    const real = { ms: 0 };
    let polls = 0;
    const clock = followClock('http://world/shop/v1/clock', {
      monotonicMs: () => real.ms,
      fetch: () => {
        polls += 1;
        return Promise.resolve(Response.json(answer()));
      },
    });
    open.push(clock);
    return { clock, real, polls: () => polls };
  }

  it('extrapolates with the speed between polls', async () => {
    const { clock, real } = follow(() => ({ nowMs: 1000, speed: 60 }));
    await clock.ready;
    expect(clock.now()).toBe(1000);
    real.ms = 10.005;
    expect(clock.now()).toBe(1600);
  });

  it('stands still when paused and never goes backwards', async () => {
    let world = { nowMs: 5000, speed: 1 };
    const { clock, polls } = follow(() => world);
    await clock.ready;
    expect(clock.now()).toBe(5000);
    world = { nowMs: 4000, speed: 0 };
    const before = polls();
    await until(() => polls() > before + 1);
    expect(clock.now()).toBe(5000);
    world = { nowMs: 9000, speed: 0 };
    await until(() => clock.now() === 9000);
  });

  it('wakes sleepers when the world jumps, and lets them be cancelled', async () => {
    let world = { nowMs: 0, speed: 0 };
    const { clock } = follow(() => world);
    await clock.ready;
    const sleep = clock.sleepUntil(60_000);
    const cancelled = clock.sleepUntil(1e9, AbortSignal.timeout(5));
    world = { nowMs: 61_000, speed: 0 };
    await expect(cancelled).rejects.toThrow('aborted');
    await sleep;
    expect(clock.now()).toBe(61_000);
  });

  it.each([
    { nowMs: 'soon', speed: 1 },
    { nowMs: 1 },
    { nowMs: 1, speed: -1 },
    { nowMs: 1, speed: 1e9 },
    [],
    null,
    'x',
  ])('does not believe %j', async (answer) => {
    const { clock, polls } = follow(() => answer);
    await until(() => polls() > 1);
    expect(clock.lastError?.code).toBe('CAUSEWAY_CLOCK_BAD_REPLY');
  });

  it('follows a real endpoint, survives its failure, and stops polling when closed', async () => {
    const server: HostileServer = await startHostileServer();
    open.push(server);
    server.behave((_, response) => sendJson(response, { nowMs: 1_700_000_000_000, speed: 0 }));
    const clock = followClock(`${server.url}/shop/v1/clock`);
    open.push(clock);
    await clock.ready;
    expect(server.seen[0]?.path).toBe('/shop/v1/clock');
    server.behave((_, response) => sendText(response, '<html>', 'text/html', 502));
    await until(() => clock.lastError !== undefined);
    expect(clock.now()).toBe(1_700_000_000_000);
    clock.close();
    await until(() => true);
    const seen = server.seen.length;
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
    expect(server.seen.length).toBeLessThanOrEqual(seen + 1);
  });
});
