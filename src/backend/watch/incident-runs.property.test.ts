import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '#contracts';
import { IncidentRuns } from './incident-runs.ts';

const MINUTE = 60_000;
const ids = ['a', 'b'] as const;
/** Looks in time order: what changed at each, and what is open. */
const looks = fc.array(
  fc.record({ afterMs: fc.integer({ min: 1, max: 3 * MINUTE }), changed: fc.subarray([...ids]) }),
  { minLength: 1, maxLength: 40 }
);
const record = (id: string, version: number) => ({ id, updatedMs: version }) as IncidentRecord;

/** Plays looks and tells when which run began, and about which version of the incident. */
function play(steps: readonly { readonly afterMs: number; readonly changed: readonly string[] }[]) {
  const started: { id: string; version: number; atMs: number; again: boolean }[] = [];
  let atMs = 0;
  const runs = new IncidentRuns(({ id, updatedMs }, { toMs }, again) => {
    started.push({ id, version: updatedMs, atMs, again });
    expect(toMs).toBeGreaterThan(0);
  });
  const window = { fromMs: 0, toMs: 1 };
  ids.forEach((id) => runs.opened(record(id, 0), window, atMs));
  const last = new Map<string, number>(ids.map((id) => [id, 0]));
  steps.forEach(({ afterMs, changed }, index) => {
    atMs += afterMs;
    runs.flush(
      ids.map((id) => ({ id })),
      atMs
    );
    for (const id of changed) {
      last.set(id, index + 1);
      runs.changed(record(id, index + 1), window, atMs);
    }
  });
  return { runs, started, last, end: (nowMs: number) => (atMs = nowMs) };
}

describe('runs of incidents', () => {
  it('begin no closer than two minutes after each other, and end with the last change', () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const { runs, started, last, end } = play(steps);
        end(1e9);
        runs.flush(
          ids.map((id) => ({ id })),
          1e9
        );
        for (const id of ids) {
          const own = started.filter((run) => run.id === id);
          expect(own.map(({ again }) => again)).toEqual(own.map((_, index) => index > 0));
          expect(own.at(-1)?.version).toBe(last.get(id));
          expect(own.slice(1).every((run, index) => run.atMs - (own[index]?.atMs ?? 0) >= 2 * MINUTE)).toBe(true);
        }
      })
    );
  });

  it('tell of the last change when the incident is over, once', () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const { runs, started, last } = play(steps);
        runs.flush([], 0);
        const newest = ids.map((id) => started.findLast((run) => run.id === id)?.version);
        expect(newest).toEqual(ids.map((id) => last.get(id)));
        const before = started.length;
        runs.flush([], 1e9);
        expect(started).toHaveLength(before);
      })
    );
  });

  it('do not wait for a clock that went back', () => {
    const started: boolean[] = [];
    const runs = new IncidentRuns((_incident, _window, again) => void started.push(again));
    runs.opened(record('a', 0), { fromMs: 0, toMs: 1 }, 1e12);
    runs.changed(record('a', 1), { fromMs: 0, toMs: 1 }, 1000);
    expect(started).toEqual([false, true]);
  });
});
