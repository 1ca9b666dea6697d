import type { EdgeDirection, EdgeKind, ServiceEdge, ServiceKind, ServiceNode } from '#model';

/** A value that Neo4j can hold in a property. */
export type PropertyValue = string | number | boolean | readonly string[];

/** Type of a property, as the header of an import file names it. */
export type PropertyType = 'string' | 'double' | 'long' | 'boolean' | 'string[]';

/** One property of nodes or relationships. */
export interface Property<Item> {
  readonly name: string;
  readonly type: PropertyType;
  /** undefined where it is not known: then the property is left out. */
  readonly read: (item: Item) => PropertyValue | undefined;
}

/** Label that every node has, so that one constraint holds for all. */
export const NODE_LABEL = 'TopologyNode';

/** Second label of a node, by its kind. */
export const LABEL_BY_KIND: Readonly<Record<ServiceKind, string>> = {
  service: 'Service',
  database: 'Database',
  cache: 'Cache',
  queue: 'Queue',
  external: 'ExternalService',
  client: 'Client',
};

/** Types of relationships. */
export const RELATIONSHIP_TYPES = ['CALLS', 'ACCESSES', 'PUBLISHES', 'CONSUMES'] as const;

/** Type of a relationship. */
export type RelationshipType = (typeof RELATIONSHIP_TYPES)[number];

/**
 * The type of an edge's relationship.
 *
 * @param edge  any edge
 * @returns by what goes along it: calls, access to a store, messages to or from a queue
 * Cost O(1). Ref: A4.4.
 */
export function relationshipType({ kind, direction }: Pick<ServiceEdge, 'kind' | 'direction'>): RelationshipType {
  if (kind === 'messaging') {
    return direction === 'consume' ? 'CONSUMES' : 'PUBLISHES';
  }
  return kind === 'database' ? 'ACCESSES' : 'CALLS';
}

/** Kind and direction of an edge by the type of its relationship, where its properties do not tell. */
export const EDGE_BY_TYPE: Readonly<
  Record<RelationshipType, { readonly kind: EdgeKind; readonly direction: EdgeDirection }>
> = {
  CALLS: { kind: 'http', direction: 'call' },
  ACCESSES: { kind: 'database', direction: 'access' },
  PUBLISHES: { kind: 'messaging', direction: 'publish' },
  CONSUMES: { kind: 'messaging', direction: 'consume' },
};

const plain = <Item, Key extends keyof Item & string>(
  name: Key,
  type: PropertyType
): Property<{ readonly [K in Key]?: PropertyValue | undefined }> => ({ name, type, read: (item) => item[name] });

/** Properties of nodes, `name` first. Structures that Neo4j cannot hold are JSON in a text. */
export const NODE_PROPERTIES: readonly Property<ServiceNode>[] = [
  plain<ServiceNode, 'name'>('name', 'string'),
  plain<ServiceNode, 'kind'>('kind', 'string'),
  plain<ServiceNode, 'namespace'>('namespace', 'string'),
  plain<ServiceNode, 'team'>('team', 'string'),
  plain<ServiceNode, 'language'>('language', 'string'),
  plain<ServiceNode, 'criticality'>('criticality', 'string'),
  plain<ServiceNode, 'slaTarget'>('slaTarget', 'double'),
  plain<ServiceNode, 'system'>('system', 'string'),
  plain<ServiceNode, 'version'>('version', 'string'),
  plain<ServiceNode, 'host'>('host', 'string'),
  plain<ServiceNode, 'vendor'>('vendor', 'string'),
  { name: 'workloadKind', type: 'string', read: ({ workload }) => workload?.kind },
  { name: 'workloadName', type: 'string', read: ({ workload }) => workload?.name },
  plain<ServiceNode, 'requestsPerSecond'>('requestsPerSecond', 'double'),
  plain<ServiceNode, 'pods'>('pods', 'long'),
  { name: 'operations', type: 'string', read: ({ operations }) => operations && JSON.stringify(operations) },
  plain<ServiceNode, 'metrics'>('metrics', 'string[]'),
  plain<ServiceNode, 'firstSeenMs'>('firstSeenMs', 'long'),
  plain<ServiceNode, 'lastSeenMs'>('lastSeenMs', 'long'),
  plain<ServiceNode, 'measured'>('measured', 'boolean'),
  plain<ServiceNode, 'stale'>('stale', 'boolean'),
  { name: 'coverageScore', type: 'double', read: ({ coverage }) => coverage?.score },
  { name: 'sources', type: 'string[]', read: ({ sources }) => sources?.map(({ source }) => source) },
];

/** Properties of relationships. */
export const RELATIONSHIP_PROPERTIES: readonly Property<ServiceEdge>[] = [
  plain<ServiceEdge, 'kind'>('kind', 'string'),
  plain<ServiceEdge, 'direction'>('direction', 'string'),
  plain<ServiceEdge, 'protocol'>('protocol', 'string'),
  plain<ServiceEdge, 'requestsPerSecond'>('requestsPerSecond', 'double'),
  plain<ServiceEdge, 'errorRatio'>('errorRatio', 'double'),
  plain<ServiceEdge, 'clientLatencySeconds'>('clientLatencySeconds', 'double'),
  plain<ServiceEdge, 'serverLatencySeconds'>('serverLatencySeconds', 'double'),
  plain<ServiceEdge, 'meanLatencySeconds'>('meanLatencySeconds', 'double'),
  plain<ServiceEdge, 'p99LatencySeconds'>('p99LatencySeconds', 'double'),
  plain<ServiceEdge, 'firstSeenMs'>('firstSeenMs', 'long'),
  plain<ServiceEdge, 'lastSeenMs'>('lastSeenMs', 'long'),
  plain<ServiceEdge, 'measured'>('measured', 'boolean'),
  plain<ServiceEdge, 'stale'>('stale', 'boolean'),
  { name: 'sources', type: 'string[]', read: ({ sources }) => sources?.map(({ source }) => source) },
];
