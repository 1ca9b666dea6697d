import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionPool } from './connection-pool.ts';

describe('ConnectionPool', () => {
  it('makes nobody wait while a connection is free', () => {
    const pool = new ConnectionPool(2);
    expect(pool.waitSeconds(0)).toBe(0);
    pool.hold(0, 4);
    expect(pool.waitSeconds(1)).toBe(0);
    pool.hold(1, 1);
    expect(pool.waitSeconds(1)).toBe(1);
    pool.hold(1, 1);
    expect(pool.waitSeconds(1)).toBe(2);
    expect(pool.waitSeconds(3)).toBe(0);
  });

  it('is useless when every connection is leaked, and whole again when cleared', () => {
    const pool = new ConnectionPool(3);
    pool.leak(5);
    expect(pool.leaked).toBe(3);
    expect(pool.waitSeconds(9)).toBe(Infinity);
    pool.clear();
    expect(pool.waitSeconds(9)).toBe(0);
  });

  it('never makes anyone wait longer for having more connections', () => {
    const requests = fc.array(
      fc.record({ gap: fc.double({ min: 0, max: 1, noNaN: true }), hold: fc.double({ min: 0, max: 5, noNaN: true }) })
    );
    const total = (size: number, list: readonly { readonly gap: number; readonly hold: number }[]) => {
      const pool = new ConnectionPool(size);
      let now = 0;
      return list.map(({ gap, hold }) => {
        now += gap;
        const wait = pool.waitSeconds(now);
        pool.hold(now, hold);
        return wait;
      });
    };
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 6 }), (list, size) => {
        const few = total(size, list);
        total(size + 1, list).forEach((wait, i) => expect(wait).toBeLessThanOrEqual((few[i] ?? 0) + 1e-9));
      })
    );
  });
});
