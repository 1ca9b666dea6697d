import type { AnomalyLevel, ServiceEdge, ServiceNode, SourceSighting } from '#model';
import type { Field } from '../frames/frame.ts';
import type { ServiceRow } from './service-row.ts';

/** One node with its state. */
export interface NodeRow {
  readonly node: ServiceNode;
  readonly row: ServiceRow;
}

const COLOURS: Readonly<Record<AnomalyLevel, string>> = {
  normal: 'green',
  warning: 'yellow',
  alert: 'orange',
  critical: 'red',
  unknown: 'gray',
};
const LEVELS = Object.keys(COLOURS) as AnomalyLevel[];
const TIME = { unit: 'dateTimeAsIso' } as const;

/** How the node graph draws an edge that was not seen of late, and one that was only declared. */
const DASHES = { measured: '', stale: '6 4', declared: '2 4' } as const;

/** Columns of nodes in the convention of Grafana's node graph. */
export function nodeFields(rows: readonly NodeRow[]): readonly Field[] {
  const states = rows.map(({ row }) => row);
  const nodes = rows.map(({ node }) => node);
  const of = <T>(items: readonly ServiceRow[], read: (row: ServiceRow) => T): readonly T[] => items.map(read);
  return [
    text(
      'id',
      of(states, (row) => row.service)
    ),
    text(
      'title',
      of(states, (row) => row.service)
    ),
    text(
      'subtitle',
      of(states, (row) => row.kind)
    ),
    number(
      'mainstat',
      of(states, (row) => row.score),
      { displayName: 'Anomaly score', decimals: 2 }
    ),
    number(
      'secondarystat',
      of(states, (row) => row.requestsPerSecond),
      { displayName: 'Requests', unit: 'reqps' }
    ),
    ...LEVELS.map((level) =>
      number(
        `arc__${level}`,
        of(states, (row) => (row.state === level ? 1 : 0)),
        {
          displayName: level,
          color: { mode: 'fixed', fixedColor: COLOURS[level] },
        }
      )
    ),
    text(
      'detail__state',
      of(states, (row) => row.state),
      { displayName: 'State' }
    ),
    text(
      'detail__reason',
      of(states, (row) => row.reason),
      { displayName: 'Reason' }
    ),
    number(
      'detail__errors',
      of(states, (row) => row.errorRatio),
      { displayName: 'Error ratio', unit: 'percentunit' }
    ),
    number(
      'detail__latency',
      of(states, (row) => row.latencySeconds),
      { displayName: 'Latency (p95)', unit: 's' }
    ),
    text(
      'detail__namespace',
      nodes.map(({ namespace = '' }) => namespace),
      { displayName: 'Namespace' }
    ),
    text(
      'detail__team',
      nodes.map(({ team = '' }) => team),
      { displayName: 'Team' }
    ),
    text(
      'detail__criticality',
      nodes.map(({ criticality = '' }) => criticality),
      { displayName: 'Criticality' }
    ),
    number(
      'detail__coverage',
      nodes.map(({ coverage }) => coverage?.score ?? null),
      {
        displayName: 'Coverage',
        unit: 'percentunit',
      }
    ),
    ...sightingFields(nodes),
  ];
}

/** Columns of edges in the convention of Grafana's node graph. */
export function edgeFields(edges: readonly ServiceEdge[]): readonly Field[] {
  const latency = (name: string, displayName: string, read: (edge: ServiceEdge) => number | undefined): Field =>
    number(
      name,
      edges.map((edge) => read(edge) ?? null),
      { displayName, unit: 's' }
    );
  return [
    text(
      'id',
      edges.map(({ caller, callee }) => `${caller} -> ${callee}`)
    ),
    text(
      'source',
      edges.map(({ caller }) => caller)
    ),
    text(
      'target',
      edges.map(({ callee }) => callee)
    ),
    number(
      'mainstat',
      edges.map(({ requestsPerSecond }) => requestsPerSecond ?? null),
      {
        displayName: 'Requests',
        unit: 'reqps',
      }
    ),
    latency('secondarystat', 'Latency (p95, caller)', ({ clientLatencySeconds }) => clientLatencySeconds),
    text(
      'strokedasharray',
      edges.map((edge) => DASHES[seenOf(edge)])
    ),
    text(
      'detail__kind',
      edges.map(({ kind }) => kind),
      { displayName: 'Kind' }
    ),
    text(
      'detail__direction',
      edges.map(({ direction = '' }) => direction),
      { displayName: 'Direction' }
    ),
    text(
      'detail__protocol',
      edges.map(({ protocol = '' }) => protocol),
      { displayName: 'Protocol' }
    ),
    number(
      'detail__errors',
      edges.map(({ errorRatio }) => errorRatio ?? null),
      {
        displayName: 'Error ratio',
        unit: 'percentunit',
      }
    ),
    latency('detail__p99', 'Latency (p99, caller)', ({ p99LatencySeconds }) => p99LatencySeconds),
    latency('detail__server_latency', 'Latency (p95, callee)', ({ serverLatencySeconds }) => serverLatencySeconds),
    ...sightingFields(edges.map((edge) => (edge.measured === false ? { ...edge, lastSeenMs: undefined } : edge))),
  ];
}

/** Who knows of it, when it was last seen, and whether that is of late. */
function sightingFields(
  items: readonly (Pick<ServiceNode, 'measured' | 'stale'> & {
    readonly sources?: readonly SourceSighting[] | undefined;
    readonly lastSeenMs?: number | undefined;
  })[]
): readonly Field[] {
  return [
    text('detail__seen', items.map(seenOf), { displayName: 'Seen' }),
    number(
      'detail__last_seen',
      items.map(({ lastSeenMs }) => lastSeenMs ?? null),
      { displayName: 'Last seen', ...TIME }
    ),
    text(
      'detail__sources',
      items.map(({ sources = [] }) => sources.map(({ source }) => source).join(', ')),
      {
        displayName: 'Sources',
      }
    ),
  ];
}

function seenOf({ measured, stale }: Pick<ServiceNode, 'measured' | 'stale'>): keyof typeof DASHES {
  return measured === false ? 'declared' : stale === true ? 'stale' : 'measured';
}

function text(name: string, values: readonly string[], config?: Readonly<Record<string, unknown>>): Field {
  return { name, kind: 'string', values, ...(config ? { config } : {}) };
}

function number(name: string, values: readonly (number | null)[], config: Readonly<Record<string, unknown>>): Field {
  return { name, kind: 'number', nullable: true, values, config };
}
