import { describe, expect, it, vi } from 'vitest';
import type { LeaseAnswer, LeaseRequest } from '#contracts';
import { Leadership, leaseName } from './leadership.ts';

/** A lease of one minute, as the executor keeps it, and a clock. */
function makeLease() {
  const state = { nowMs: 1_000_000, down: false, holder: '', expiresMs: 0, token: 0, asked: 0 };
  const executor = {
    putLease: async (name: string, { holder, ttlSeconds }: LeaseRequest): Promise<LeaseAnswer> => {
      state.asked += 1;
      if (state.down) {
        throw new Error('down');
      }
      if (state.holder === holder || state.nowMs >= state.expiresMs) {
        state.token += Number(state.holder !== holder);
        state.holder = holder;
        state.expiresMs = state.nowMs + ttlSeconds * 1000;
      }
      const { expiresMs, token } = state;
      return { name, holder: state.holder, held: state.holder === holder, expiresMs, token };
    },
  };
  const make = (holder: string) => new Leadership(executor, 'uid', () => undefined, { holder, now: () => state.nowMs });
  return { state, make };
}

describe('leadership', () => {
  it('belongs to one of several backends, and passes on when that one is gone', async () => {
    const { state, make } = makeLease();
    const [first, second] = [make('a'), make('b')];
    expect(await first.read()).toEqual({ leader: true, leaderName: 'a', token: 1 });
    expect(await second.read()).toEqual({ leader: false, leaderName: 'a', token: 1 });
    state.nowMs += 30_000;
    expect(await second.read()).toMatchObject({ leader: false });
    state.nowMs += 31_000;
    expect(await second.read()).toEqual({ leader: true, leaderName: 'b', token: 2 });
    expect(await first.read()).toMatchObject({ leader: false, leaderName: 'b' });
    first.stop();
    second.stop();
  });

  it('is given back by one that stops, and not taken again by a call that comes late', async () => {
    const { state, make } = makeLease();
    const [first, second] = [make('a'), make('b')];
    expect(await first.read()).toMatchObject({ leader: true });
    state.nowMs += 30_000;
    const late = first.read();
    first.stop();
    await late;
    await vi.waitFor(() => expect(state.expiresMs).toBeLessThanOrEqual(state.nowMs));
    expect(await first.read()).toMatchObject({ leader: null });
    expect(await second.read()).toEqual({ leader: true, leaderName: 'b', token: 2 });
    second.stop();
  });

  it('that somebody else has is left to them by one that stops', async () => {
    const { state, make } = makeLease();
    const [first, second] = [make('a'), make('b')];
    await first.read();
    await second.read();
    const { expiresMs, asked } = state;
    second.stop();
    await Promise.resolve();
    expect(state).toMatchObject({ holder: 'a', expiresMs, asked });
    first.stop();
  });

  it('is not known while the executor does not answer, once the lease has run out', async () => {
    const { state, make } = makeLease();
    const leadership = make('a');
    state.down = true;
    expect(await leadership.read()).toMatchObject({ leader: null, leaderName: '' });
    state.down = false;
    expect(await leadership.read()).toMatchObject({ leader: true });
    state.down = true;
    state.nowMs += 59_000;
    expect(await leadership.read()).toMatchObject({ leader: true });
    state.nowMs += 1000;
    expect(await leadership.read()).toMatchObject({ leader: null });
    leadership.stop();
  });

  it('is asked for once by many callers', async () => {
    const { state, make } = makeLease();
    const leadership = make('a');
    await Promise.all([leadership.read(), leadership.read(), leadership.read()]);
    expect(state.asked).toBe(1);
    leadership.stop();
  });

  it.each(['causeway', 'a/b', 'x'.repeat(200), '', '../etc'])('has a lease that the executor accepts for %s', (uid) => {
    expect(leaseName(uid)).toMatch(/^[a-z0-9][a-z0-9._-]{0,99}$/i);
  });
});
