import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Station } from './station.ts';

const arrivals = fc.array(
  fc.record({
    gap: fc.double({ min: 0, max: 2, noNaN: true }),
    work: fc.double({ min: 0, max: 3, noNaN: true }),
    extra: fc.boolean(),
  }),
  { maxLength: 60 }
);

type Arrival = { readonly gap: number; readonly work: number; readonly extra: boolean };

function waits(list: readonly Arrival[], capacity: number, take: (arrival: Arrival) => number): readonly number[] {
  const station = new Station(capacity, 0.1);
  let now = 0;
  return list.map((arrival) => {
    now += arrival.gap;
    const wait = station.waitSeconds(now);
    station.add(take(arrival));
    return wait;
  });
}

describe('Station', () => {
  it('makes nobody wait while servers are free', () => {
    const station = new Station(2, 1);
    station.add(1);
    expect(station.waitSeconds(0)).toBe(0);
    station.add(3);
    expect(station.waitSeconds(0)).toBe(1);
    expect(station.waitSeconds(1)).toBe(0);
    expect(station.doneSeconds).toBe(2);
  });

  it('serves nothing without capacity', () => {
    expect(new Station(0).waitSeconds(5)).toBe(Infinity);
  });

  it('keeps its work when it is resized and loses it when cleared', () => {
    const station = new Station(1);
    station.add(10);
    station.resize(2, 4);
    expect(station.waitSeconds(2)).toBe(2);
    station.clear();
    expect(station.waitSeconds(2)).toBe(0);
  });

  it('never shortens a wait when work is added', () => {
    fc.assert(
      fc.property(arrivals, fc.double({ min: 0.5, max: 8, noNaN: true }), (list, capacity) => {
        const light = waits(list, capacity, (arrival) => (arrival.extra ? 0 : arrival.work));
        const heavy = waits(list, capacity, (arrival) => arrival.work);
        heavy.forEach((wait, i) => expect(wait).toBeGreaterThanOrEqual((light[i] ?? 0) - 1e-9));
      })
    );
  });

  it('never lengthens a wait when capacity is added', () => {
    fc.assert(
      fc.property(arrivals, fc.double({ min: 0.5, max: 8, noNaN: true }), (list, capacity) => {
        const few = waits(list, capacity, (arrival) => arrival.work);
        const many = waits(list, capacity * 1.5, (arrival) => arrival.work);
        many.forEach((wait, i) => expect(wait).toBeLessThanOrEqual((few[i] ?? 0) + 1e-9));
      })
    );
  });

  it('never does more work than it was given or has capacity for', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const station = new Station(2);
        let now = 0;
        let given = 0;
        for (const { gap, work } of list) {
          now += gap;
          station.waitSeconds(now);
          station.add(work);
          given += work;
        }
        expect(station.doneSeconds).toBeLessThanOrEqual(Math.min(given, 2 * now) + 1e-9);
        expect(station.doneSeconds + station.workSeconds).toBeCloseTo(given, 6);
      })
    );
  });
});
