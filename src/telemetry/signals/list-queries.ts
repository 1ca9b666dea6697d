import type { Seconds } from '#model';
import { rateWindowSeconds } from '../promql/expressions.ts';
import { SIGNAL_CATALOGUE } from './catalogue.ts';
import { kubernetesChangeQueries } from '../changes/kubernetes-changes.ts';
import { edgeHistoryQuery } from '../topology/edge-history.ts';
import { EVENT_QUERIES, SPAN_FAMILIES } from '../events/event-queries.ts';
import { EDGE_QUERIES } from '../topology/edge-queries.ts';
import { kubernetesQueries } from '../topology/kubernetes-topology.ts';
import { OPERATION_QUERIES } from '../topology/operations.ts';

/** A PromQL query as the product emits it. */
export interface ListedQuery {
  readonly id: string;
  readonly expr: string;
  readonly kind: 'instant' | 'range';
}

const STEP_SECONDS: Seconds = 15;
const EDGE_WINDOW_SECONDS: Seconds = 300;
const HISTORY_STEP_SECONDS: Seconds = 900;
const CHANGE_STEP_SECONDS: Seconds = 60;
const TEAM_LABEL = 'team';

/**
 * Every PromQL query this room can emit, for a scrape interval and a step of 15 s. A store that answers all of them
 * like Prometheus does serves the product.
 */
export function listQueries(namespace?: string): readonly ListedQuery[] {
  const scope = { namespace, rateSeconds: rateWindowSeconds(STEP_SECONDS) };
  return [
    ...SIGNAL_CATALOGUE.map(({ id, build }) => ({ id, expr: build(scope), kind: 'range' as const })),
    ...Object.entries(EDGE_QUERIES).map(([name, build]) => ({
      id: `edges-${name}`,
      expr: build(EDGE_WINDOW_SECONDS),
      kind: 'instant' as const,
    })),
    { id: 'edges-history', expr: edgeHistoryQuery(HISTORY_STEP_SECONDS), kind: 'range' },
    ...Object.entries(OPERATION_QUERIES).map(([name, build]) => ({
      id: `operations-${name}`,
      expr: build(EDGE_WINDOW_SECONDS),
      kind: 'instant' as const,
    })),
    ...listEvents(),
    ...listKubernetes(namespace),
  ];
}

/** For Tempo's metrics; other makers of span metrics have the same with their names. */
function listEvents(): readonly ListedQuery[] {
  const services = ['order', 'payment'];
  const { spans, durations, calls, failedCalls, callDurations } = EVENT_QUERIES;
  const [tempo] = SPAN_FAMILIES;
  return [
    ...(tempo
      ? [
          { id: 'events-spans', expr: spans(tempo, services, EDGE_WINDOW_SECONDS) },
          { id: 'events-durations', expr: durations(tempo, services, EDGE_WINDOW_SECONDS) },
        ]
      : []),
    { id: 'events-calls', expr: calls(services, EDGE_WINDOW_SECONDS) },
    { id: 'events-failed-calls', expr: failedCalls(services, EDGE_WINDOW_SECONDS) },
    { id: 'events-call-durations', expr: callDurations(services, EDGE_WINDOW_SECONDS) },
  ].map((query) => ({ ...query, kind: 'instant' as const }));
}

function listKubernetes(namespace: string | undefined): readonly ListedQuery[] {
  const { specs, replicas, images, autoscaled } = kubernetesChangeQueries(namespace, CHANGE_STEP_SECONDS);
  return [
    ...Object.entries(kubernetesQueries(namespace, TEAM_LABEL)).map(([name, expr]) => ({
      id: `kubernetes-${name}`,
      expr,
      kind: 'instant' as const,
    })),
    ...specs.map(([kind, expr]) => ({ id: `changes-spec-${kind}`, expr, kind: 'range' as const })),
    ...replicas.flatMap(([kind, after, before]) => [
      { id: `changes-replicas-${kind}`, expr: after, kind: 'range' as const },
      { id: `changes-replicas-before-${kind}`, expr: before, kind: 'range' as const },
    ]),
    { id: 'changes-images', expr: images(['order']), kind: 'range' },
    { id: 'changes-autoscaled', expr: autoscaled, kind: 'instant' },
  ];
}
