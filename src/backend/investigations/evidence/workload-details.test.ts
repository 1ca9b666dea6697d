import { describe, expect, it } from 'vitest';
import type { InstantSample, Labels } from '#model';
import { openPart, sourceWith, subjectWith, WINDOWS } from './testing/subject.ts';
import { collectWorkloads } from './workload-details.ts';

const pod = (workload: string): Labels => ({ namespace: 'shop', pod: `${workload}-0`, causeway_workload: workload });

/** Pods of `db` and `pay` that run; those named are not ready. */
const cluster = (unready: readonly string[]) => ({
  query: async (expr: string) => {
    const samples = ['db', 'pay'].flatMap((workload): readonly InstantSample[] => {
      const [labels, atMs] = [pod(workload), 0];
      return expr.includes('kube_pod_status_ready')
        ? [{ labels, atMs, value: unready.includes(workload) ? 0 : 1 }]
        : expr.includes('kube_pod_status_phase')
          ? [{ labels: { ...labels, phase: 'Running' }, atMs, value: 1 }]
          : [];
    });
    return { samples, warnings: [], infos: [] };
  },
});

describe('workloads', () => {
  it('of causes are told always, others where something is wrong', async () => {
    const well = openPart();
    await collectWorkloads(sourceWith({ prometheus: cluster([]) }), subjectWith(), well);
    expect(well.findings.map(({ service }) => service)).toEqual(['db']);
    const ill = openPart();
    await collectWorkloads(sourceWith({ prometheus: cluster(['pay']) }), subjectWith(), ill);
    expect(ill.findings.map(({ statement }) => statement)).toEqual([
      'db: 1 of 1 pod ready. No container restarted in the window.',
      'pay: 0 of 1 pod ready. No container restarted in the window.',
    ]);
  });

  it('show the ten newest events, as one line each', async () => {
    const lines = Array.from({ length: 14 }, (_, i) => ({
      atMs: WINDOWS.incident.fromMs + i,
      labels: {},
      line: JSON.stringify({ reason: 'BackOff', message: `line\none ${i}`, involvedObject: { name: 'db-0' } }),
    }));
    const part = openPart();
    await collectWorkloads(sourceWith({ loki: { queryLines: async () => lines } }), subjectWith(), part);
    const [found] = part.findings;
    expect(found?.detail).toMatchObject({ kind: 'workload-state', pods: [] });
    const events = found?.detail?.kind === 'workload-state' ? found.detail.events : [];
    expect(events.map(({ message }) => message)).toEqual(Array.from({ length: 10 }, (_, i) => `line one ${13 - i}`));
    expect(found?.statement).toMatch(/^db: No state of its pods is known\. Newest Kubernetes event, at /);
  });

  it('say nothing where nobody knows of pods', async () => {
    const part = openPart();
    await collectWorkloads(sourceWith(), subjectWith(), part);
    expect([part.findings, part.gaps]).toEqual([[], []]);
  });
});
