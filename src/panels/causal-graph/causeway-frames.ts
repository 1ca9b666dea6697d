import type { DataFrame } from '@grafana/data';
import type { EdgeKind, ServiceAnomaly, ServiceEdge, ServiceKind, ServiceNode, UnknownReason } from '#model';
import { findField, type FrameRow, readNumber, readText, toRows } from './frame-rows.ts';
import { type FrameTopology, MAX_EDGES, MAX_NODES } from './frame-topology.ts';

const SERVICE_KINDS: readonly ServiceKind[] = ['service', 'database', 'cache', 'queue', 'external', 'client'];
const EDGE_KINDS: readonly EdgeKind[] = ['http', 'database', 'messaging', 'virtual'];

/** The frames of a `topology` query of the Causeway data source. */
export function readCausewayFrames(nodes: DataFrame, edges: DataFrame | undefined, atMs: number): FrameTopology {
  const byName = new Map<string, FrameRow>();
  for (const row of toRows(nodes, MAX_NODES)) {
    const name = readText(row, 'id');
    if (name !== undefined && !byName.has(name)) {
      byName.set(name, row);
    }
  }
  return {
    graph: {
      nodes: [...byName].map(([name, row]) => toNode(name, row)),
      edges: edges
        ? toRows(edges, MAX_EDGES).flatMap((row) => toEdge(row, isSeconds(edges, 'secondarystat'), atMs))
        : [],
      generatedAtMs: atMs,
    },
    services: [...byName].map(([name, row]) => toState(name, row, atMs)),
  };
}

function toNode(name: string, row: FrameRow): ServiceNode {
  const found = readText(row, 'detail__kind', 'subtitle');
  const namespace = readText(row, 'detail__namespace');
  const team = readText(row, 'detail__team');
  return {
    name,
    kind: SERVICE_KINDS.find((kind) => kind === found) ?? 'service',
    ...(namespace === undefined ? {} : { namespace }),
    ...(team === undefined ? {} : { team }),
  };
}

function isSeconds(frame: DataFrame, name: string): boolean {
  return findField(frame, name)?.config.unit === 's';
}

function toEdge(row: FrameRow, hasLatency: boolean, atMs: number): ServiceEdge[] {
  const caller = readText(row, 'source');
  const callee = readText(row, 'target');
  if (caller === undefined || callee === undefined) {
    return [];
  }
  const figures = {
    requestsPerSecond: readNumber(row, 'mainstat'),
    errorRatio: readNumber(row, 'detail__errors'),
    clientLatencySeconds: hasLatency ? readNumber(row, 'secondarystat') : undefined,
  };
  const measured = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
  const kind = EDGE_KINDS.find((item) => item === readText(row, 'detail__kind')) ?? 'http';
  return [{ caller, callee, kind, ...measured, lastSeenMs: readNumber(row, 'detail__last_seen') ?? atMs }];
}

/** A score that is no number is unknown, whatever else the row says. */
function toState(service: string, row: FrameRow, atMs: number): ServiceAnomaly {
  const score = readNumber(row, 'mainstat');
  if (score === undefined || score < 0 || score > 1) {
    const why = (readText(row, 'detail__reason') ?? 'no-data') as UnknownReason;
    return { service, atMs, reading: { kind: 'unknown', why }, signals: [] };
  }
  const expected = { lower: Number.NaN, centre: Number.NaN, upper: Number.NaN };
  return {
    service,
    atMs,
    reading: { kind: 'scored', score, surprisal: Number.NaN, expected, direction: 'above' },
    signals: [],
  };
}
