import { parser } from '@grafana/lezer-logql';
import { describe, expect, it } from 'vitest';
import { fetchClusterEvents, parseClusterEvent } from './cluster-events.ts';
import { clusterEventQuery } from './line-queries.ts';

const at = (line: string, atMs = 5) => ({ atMs, labels: {}, line });
/** As grafana/alloy's loki.source.kubernetes_events writes them. */
const ALLOY =
  'name=order-7d9f-x2x kind=Pod objectAPIversion=v1 objectRV=1 eventRV=2 reportingcontroller=kubelet sourcecomponent=kubelet sourcehost=n1 reason=BackOff type=Warning count=12 msg="Back-off restarting \\"order\\" container"';
/** As opsgenie/kubernetes-event-exporter writes them. */
const EXPORTER = JSON.stringify({
  metadata: { name: 'order-db-0.17' },
  reason: 'Unhealthy',
  message: 'Readiness probe failed',
  involvedObject: { kind: 'Pod', name: 'order-db-0' },
});

describe('events of Kubernetes in Loki', () => {
  it('are read from logfmt and from JSON', () => {
    expect(parseClusterEvent(at(ALLOY))).toEqual({
      atMs: 5,
      object: 'order-7d9f-x2x',
      reason: 'BackOff',
      message: 'Back-off restarting "order" container',
    });
    expect(parseClusterEvent(at(EXPORTER))).toMatchObject({ object: 'order-db-0', reason: 'Unhealthy' });
  });

  it.each(['', 'plain words', '{', '[]', '{"reason":"x"}', '{"involvedObject":null,"reason":7}', 'reason=x'])(
    'are not made of %j',
    (line) => expect(parseClusterEvent(at(line))).toBeUndefined()
  );

  it('are those of the named workloads, newest first', async () => {
    const loki = {
      queryLines: async () => [at(ALLOY, 1), at(ALLOY.replace('order-7d9f', 'reorder-1'), 2), at(EXPORTER, 3)],
    };
    const found = await fetchClusterEvents(loki, ['order'], { fromMs: 0, toMs: 10 });
    expect(found.map(({ atMs, object }) => [atMs, object])).toEqual([
      [3, 'order-db-0'],
      [1, 'order-7d9f-x2x'],
    ]);
  });

  it('are asked for in LogQL that parses, whatever the names', () => {
    const query = clusterEventQuery(['a"b', 'c.d|e', '\n}']);
    let fine = true;
    parser.parse(query).iterate({
      enter: (node) => {
        fine &&= !node.type.isError;
      },
    });
    expect(fine).toBe(true);
  });
});
