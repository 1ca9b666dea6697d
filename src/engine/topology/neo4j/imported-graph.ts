import type {
  Criticality,
  EdgeReading,
  EdgeKind,
  EdgeDirection,
  NodeReading,
  ServiceKind,
  ServiceOperation,
  TopologyReading,
} from '#model';
import { EDGE_BY_TYPE, LABEL_BY_KIND, NODE_LABEL, type RelationshipType } from './schema.ts';

/** A node of another graph: labels and properties as they were found. Everything is hostile input. */
export interface ForeignNode {
  readonly id: string;
  readonly labels: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A relationship of another graph; its ends are ids of nodes. */
export interface ForeignRelationship {
  readonly start: string;
  readonly end: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A graph that was imported, and what was left out of it. */
export interface ImportedGraph {
  readonly reading: TopologyReading;
  /** One sentence each, at most twenty. */
  readonly warnings: readonly string[];
}

/** More than this is refused: no service graph is as large. */
export const MAX_IMPORTED_NODES = 20_000;
/** More than this is refused. */
export const MAX_IMPORTED_EDGES = 100_000;

const MAX_WARNINGS = 20;
const MAX_NAME_LENGTH = 253;
const MAX_TEXT_LENGTH = 500;
const MAX_LIST_LENGTH = 100;
const KINDS: readonly ServiceKind[] = ['service', 'database', 'cache', 'queue', 'external', 'client'];
const EDGE_KINDS: readonly EdgeKind[] = ['http', 'database', 'messaging', 'virtual'];
const DIRECTIONS: readonly EdgeDirection[] = ['call', 'access', 'publish', 'consume'];
const CRITICALITIES: readonly Criticality[] = ['high', 'medium', 'low'];
const MAX_EPOCH_MS = 8.64e15;

type Properties = ForeignNode['properties'];

/**
 * Takes nodes and relationships of any graph as a topology.
 *
 * Properties that we export are read as they are; where they are missing, those that service graphs in Neo4j often have
 * are read: `sla_target` in percent, `avg_latency` and `p99_latency` in milliseconds, `calls_per_minute`, `error_rate`,
 * `last_seen`. Kinds come from properties, then labels and types. What has no name or no known end is left out with a
 * warning.
 *
 * @param nodes  in any order; equal ids count once
 * @param relationships  in any order
 * @returns a reading of the source `import`; never throws
 * Cost O(nodes + relationships).
 */
export function toImportedGraph(
  nodes: readonly ForeignNode[],
  relationships: readonly ForeignRelationship[]
): ImportedGraph {
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.length < MAX_WARNINGS && warnings.push(text));
  const names = new Map<string, string>();
  const read = new Map<string, NodeReading>();
  for (const node of nodes) {
    const name = nameOf(node);
    if (name === undefined) {
      warn(`Node ${shown(node.id)} has no property name; it was left out.`);
    } else if (!names.has(node.id)) {
      names.set(node.id, name);
      read.set(name, { ...read.get(name), ...toNode(name, node) });
    }
  }
  const edges = relationships.flatMap((relationship): EdgeReading[] => {
    const [caller, callee] = [names.get(relationship.start), names.get(relationship.end)];
    if (caller === undefined || callee === undefined) {
      warn(`A relationship ${shown(relationship.type)} begins or ends at no node that was read; it was left out.`);
      return [];
    }
    return caller === callee ? [] : [toEdge(caller, callee, relationship)];
  });
  return { reading: { source: 'import', state: 'read', nodes: [...read.values()], edges }, warnings };
}

function nameOf({ properties }: ForeignNode): string | undefined {
  const { name } = properties;
  return typeof name === 'string' && name.trim() !== '' && name.length <= MAX_NAME_LENGTH ? name : undefined;
}

function toNode(name: string, { labels, properties }: ForeignNode): NodeReading {
  const workload = { kind: text(properties, 'workloadKind'), name: text(properties, 'workloadName') };
  const sla = number(properties, 'slaTarget');
  const slaPercent = number(properties, 'sla_target');
  return defined<NodeReading>({
    name,
    kind: oneOf(KINDS, properties['kind']) ?? oneOf(KINDS, properties['type']) ?? kindOfLabels(labels),
    namespace: text(properties, 'namespace'),
    team: text(properties, 'team'),
    language: text(properties, 'language'),
    criticality: oneOf(CRITICALITIES, properties['criticality']),
    slaTarget: share(sla) ?? share(slaPercent !== undefined && slaPercent > 1 ? slaPercent / 100 : slaPercent),
    system: text(properties, 'system'),
    version: text(properties, 'version'),
    host: text(properties, 'host'),
    vendor: text(properties, 'vendor'),
    workload:
      workload.kind !== undefined && workload.name !== undefined
        ? (workload as { kind: string; name: string })
        : undefined,
    requestsPerSecond: number(properties, 'requestsPerSecond'),
    pods: number(properties, 'pods'),
    operations: operations(properties['operations']),
    metrics: texts(properties['metrics']),
    firstSeenMs: time(properties['firstSeenMs']),
    lastSeenMs: time(properties['lastSeenMs']) ?? time(properties['last_seen']),
  });
}

function toEdge(caller: string, callee: string, { type, properties }: ForeignRelationship): EdgeReading {
  const byType = EDGE_BY_TYPE[type.toUpperCase() as RelationshipType] as (typeof EDGE_BY_TYPE)['CALLS'] | undefined;
  const perMinute = number(properties, 'calls_per_minute') ?? number(properties, 'calls_per_min');
  const milliseconds = (name: string): number | undefined => {
    const value = number(properties, name) ?? number(properties, `${name}_ms`);
    return value === undefined ? undefined : value / 1000;
  };
  return defined<EdgeReading>({
    caller,
    callee,
    kind: oneOf(EDGE_KINDS, properties['kind']) ?? byType?.kind ?? 'http',
    direction: oneOf(DIRECTIONS, properties['direction']) ?? byType?.direction,
    protocol: text(properties, 'protocol'),
    requestsPerSecond:
      number(properties, 'requestsPerSecond') ?? (perMinute === undefined ? undefined : perMinute / 60),
    errorRatio: share(number(properties, 'errorRatio') ?? number(properties, 'error_rate')),
    clientLatencySeconds: number(properties, 'clientLatencySeconds'),
    serverLatencySeconds: number(properties, 'serverLatencySeconds'),
    meanLatencySeconds: number(properties, 'meanLatencySeconds') ?? milliseconds('avg_latency'),
    p99LatencySeconds: number(properties, 'p99LatencySeconds') ?? milliseconds('p99_latency'),
    firstSeenMs: time(properties['firstSeenMs']),
    lastSeenMs: time(properties['lastSeenMs']) ?? time(properties['last_seen']),
  });
}

function kindOfLabels(labels: readonly string[]): ServiceKind | undefined {
  const known = labels.filter((label) => label !== NODE_LABEL);
  return KINDS.find((kind) => known.includes(LABEL_BY_KIND[kind]));
}

/** Removes what is undefined, which exact optional properties must not hold. */
function defined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT_LENGTH) : undefined;
}

function texts(value: unknown): readonly string[] | undefined {
  const items = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  return items.length === 0 ? undefined : items.slice(0, MAX_LIST_LENGTH).map((item) => item.slice(0, MAX_TEXT_LENGTH));
}

function number(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function share(value: number | undefined): number | undefined {
  return value !== undefined && value <= 1 ? value : undefined;
}

/** A time in milliseconds since 1970, or in ISO 8601. */
function time(value: unknown): number | undefined {
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : value;
  return typeof ms === 'number' && ms >= 0 && ms <= MAX_EPOCH_MS ? ms : undefined;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((candidate) => candidate === value);
}

function operations(value: unknown): readonly ServiceOperation[] | undefined {
  let parsed: unknown;
  try {
    parsed = typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
  const items = Array.isArray(parsed) ? (parsed as unknown[]).slice(0, MAX_LIST_LENGTH) : [];
  const found = items.flatMap((item): ServiceOperation[] => {
    const properties = typeof item === 'object' && item !== null ? (item as Properties) : {};
    const name = text(properties, 'name');
    return name === undefined
      ? []
      : [
          defined<ServiceOperation>({
            name,
            method: text(properties, 'method'),
            meanLatencySeconds: number(properties, 'meanLatencySeconds'),
            p99LatencySeconds: number(properties, 'p99LatencySeconds'),
            errorRatio: share(number(properties, 'errorRatio')),
          }),
        ];
  });
  return found.length === 0 ? undefined : found;
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}
