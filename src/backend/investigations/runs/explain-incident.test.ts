import { describe, expect, it } from 'vitest';
import type { IncidentRecord, StartedRun } from '#contracts';
import { explainIncident } from './explain-incident.ts';
import type { RunKeeper, RunStart } from './run-keeper.ts';

const incident = {
  id: 'i1',
  fingerprint: 'incident:gateway',
  service: 'gateway',
  symptom: 'latency',
  onsetMs: 1000,
} as IncidentRecord;
const window = { fromMs: -0.5, toMs: 99.5 };

/** A keeper whose first answer is the run of some incident. */
function keeperOf(incidentId: string | null, created: boolean) {
  const starts: RunStart[] = [];
  const keeper: Pick<RunKeeper, 'start'> = {
    start: async (start) => {
      starts.push(start);
      return { run: { incidentId }, created, waiting: 0 } as StartedRun;
    },
  };
  return { keeper, starts };
}

describe('the run of an incident', () => {
  it('is the only one of its fingerprint and onset at first', async () => {
    const { keeper, starts } = keeperOf('i1', true);
    await explainIncident(keeper, incident, { window, depth: 'explain', again: false });
    expect(starts).toEqual([
      {
        origin: 'watch',
        startedBy: 'watch',
        incidentId: 'i1',
        fingerprint: 'incident:gateway',
        startsAtMs: 1000,
        request: {
          service: 'gateway',
          symptom: 'latency',
          window: { fromMs: 0, toMs: 100 },
          onsetMs: 1000,
          depth: 'explain',
        },
      },
    ]);
  });

  it.each([
    ['is the one that is there', 'i1', 1],
    ['is a new one where that is of an earlier incident', 'i0', 2],
  ])('%s', async (_, of, asked) => {
    const { keeper, starts } = keeperOf(of, false);
    await explainIncident(keeper, incident, { window, depth: 'engine', again: false });
    expect(starts.map(({ again = false }) => again)).toEqual(asked === 1 ? [false] : [false, true]);
  });

  it('stands beside the others when something else is known', async () => {
    const { keeper, starts } = keeperOf('i1', true);
    const by = { origin: 'person', startedBy: 'alice' } as const;
    await explainIncident(keeper, incident, { window, depth: 'engine', again: true, by });
    expect(starts).toMatchObject([{ again: true, incidentId: 'i1', startedBy: 'alice' }]);
    expect(starts[0]).not.toHaveProperty('fingerprint');
  });

  it('explains a day at most', async () => {
    const { keeper, starts } = keeperOf('i1', true);
    await explainIncident(keeper, incident, { window: { fromMs: 0, toMs: 1e12 }, depth: 'engine', again: true });
    expect(starts[0]?.request.window).toEqual({ fromMs: 0, toMs: 86_400_000 });
  });
});
