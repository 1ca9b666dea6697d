import type { DataFrame } from '@grafana/data';
import { TOPOLOGY_FRAMES } from '#contracts';
import type { EdgeKind, ServiceAnomaly, ServiceEdge, ServiceGraph, ServiceKind, UnknownReason } from '#model';

/** A topology as the graph shows it. */
export interface FrameTopology {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
}

const SERVICE_KINDS: readonly ServiceKind[] = ['service', 'database', 'cache', 'queue', 'external', 'client'];
const EDGE_KINDS: readonly EdgeKind[] = ['http', 'database', 'messaging', 'virtual'];

/**
 * Reads the nodes frame and the edges frame of a `topology` query, or of any node graph query that follows Grafana's
 * convention.
 * @returns undefined when there is no nodes frame
 */
export function toTopology(frames: readonly DataFrame[], atMs: number): FrameTopology | undefined {
  const nodes =
    frames.find((frame) => frame.name === TOPOLOGY_FRAMES.nodes) ??
    frames.find((frame) => has(frame, 'id') && !has(frame, 'source'));
  const edges =
    frames.find((frame) => frame.name === TOPOLOGY_FRAMES.edges) ??
    frames.find((frame) => has(frame, 'source') && has(frame, 'target'));
  if (!nodes) {
    return undefined;
  }
  const rows = toRows(nodes).filter((row) => text(row, 'id') !== undefined);
  return {
    graph: {
      nodes: rows.map((row) => ({ name: text(row, 'id') ?? '', kind: toKind(row) })),
      edges: edges ? toRows(edges).flatMap((row) => toEdge(row, isSeconds(edges, 'secondarystat'), atMs)) : [],
      generatedAtMs: atMs,
    },
    services: rows.map((row) => toState(row, atMs)),
  };
}

type Row = Readonly<Record<string, unknown>>;

function has(frame: DataFrame, name: string): boolean {
  return frame.fields.some((field) => field.name === name);
}

/** Whether a column holds seconds: other sources put other things there. */
function isSeconds(frame: DataFrame, name: string): boolean {
  return frame.fields.some((field) => field.name === name && field.config.unit === 's');
}

function toRows(frame: DataFrame): readonly Row[] {
  return Array.from({ length: frame.length }, (_, index) =>
    Object.fromEntries(frame.fields.map((field): [string, unknown] => [field.name, field.values[index]]))
  );
}

function toEdge(row: Row, hasLatency: boolean, atMs: number): ServiceEdge[] {
  const caller = text(row, 'source');
  const callee = text(row, 'target');
  if (caller === undefined || callee === undefined) {
    return [];
  }
  const figures = {
    requestsPerSecond: number(row, 'mainstat', 'mainStat'),
    errorRatio: number(row, 'detail__errors'),
    clientLatencySeconds: hasLatency ? number(row, 'secondarystat') : undefined,
  };
  const measured = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
  const kind = EDGE_KINDS.find((item) => item === text(row, 'detail__kind', 'kind')) ?? 'http';
  return [{ caller, callee, kind, ...measured, lastSeenMs: atMs }];
}

function toKind(row: Row): ServiceKind {
  const found = text(row, 'detail__kind', 'kind', 'subtitle', 'subTitle');
  return SERVICE_KINDS.find((kind) => kind === found) ?? 'service';
}

/** A score that is no number is unknown, whatever else the row says. */
function toState(row: Row, atMs: number): ServiceAnomaly {
  const service = text(row, 'id') ?? '';
  const score = number(row, 'detail__score', 'score', 'mainstat', 'mainStat');
  if (score === undefined || score < 0 || score > 1) {
    const why = (text(row, 'detail__reason', 'reason') ?? 'no-data') as UnknownReason;
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

function text(row: Row, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row[name];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return undefined;
}

function number(row: Row, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = row[name];
    if (typeof value === 'number' && Number.isFinite(value)) {
      return value;
    }
  }
  return undefined;
}
