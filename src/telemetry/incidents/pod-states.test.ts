import { parser } from '@prometheus-io/lezer-promql';
import { expect, it } from 'vitest';
import type { Labels } from '#model';
import { fetchPodStates, podStateQueries } from './pod-states.ts';

const REQUEST = { workloads: ['order'], namespace: 'shop', fromMs: 1000, atMs: 2000 };
const pod = (name: string, workload = 'order'): Labels => ({
  namespace: 'shop',
  pod: name,
  causeway_workload: workload,
});

/** Answers by metric; restarts differ between the two instants. */
const prometheus = {
  query: async (expr: string, atMs: number) => {
    const answers: readonly (readonly [metric: string, labels: Labels, value: number])[] = [
      ['kube_pod_status_phase', { ...pod('order-a'), phase: 'Running' }, 1],
      ['kube_pod_status_phase', { ...pod('order-b'), phase: 'Pending' }, 1],
      ['kube_pod_status_phase', { ...pod('other-a', 'other'), phase: 'Running' }, 1],
      ['kube_pod_status_ready', pod('order-a'), 0],
      ['kube_pod_container_status_restarts_total', pod('order-a'), atMs === REQUEST.atMs ? 9 : 4],
      ['kube_pod_container_status_waiting_reason', { ...pod('order-a'), reason: 'CrashLoopBackOff' }, 1],
      ['kube_pod_container_status_last_terminated_reason', { ...pod('order-a'), reason: 'OOMKilled' }, 1],
    ];
    const samples = answers
      .filter(([metric]) => expr.includes(metric))
      .map(([, labels, value]) => ({ labels, value, atMs }));
    return { samples, warnings: [], infos: [] };
  },
};

it('says of every pod of a workload what is known, and of nothing else', async () => {
  expect(await fetchPodStates(prometheus, REQUEST)).toEqual([
    {
      name: 'order-a',
      workload: 'order',
      phase: 'Running',
      isReady: false,
      restarts: 9,
      newRestarts: 5,
      reason: 'CrashLoopBackOff',
    },
    {
      name: 'order-b',
      workload: 'order',
      phase: 'Pending',
      isReady: null,
      restarts: null,
      newRestarts: null,
      reason: '',
    },
  ]);
});

it('asks in PromQL that parses, whatever the names', () => {
  for (const query of Object.values(podStateQueries({ workloads: ['a"b', 'c.d|\n'], namespace: 'x\\' }))) {
    let fine = true;
    parser.parse(query).iterate({
      enter: (node) => {
        fine &&= !node.type.isError;
      },
    });
    expect(fine).toBe(true);
  }
});
