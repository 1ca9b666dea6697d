import { METRIC_KINDS, type RankingServiceType } from '#engine';
import { isExportedGraph, readExportedGraph } from './exported-graph.ts';
import type { KnownTopology, ServiceNoise } from './simulation/known-topology.ts';
import { fieldsOf, type Fields, listOf, refuse } from './topology-fields.ts';

/** Format of a topology file. */
export const TOPOLOGY_SCHEMA = 'causeway.training-topology/1';

const TYPES: readonly RankingServiceType[] = ['service', 'database', 'remote', 'client'];
/** What the noise of a service can be told of; bad lines and unknown metrics are not simulated. */
const KINDS: ReadonlySet<string> = new Set(METRIC_KINDS.filter((kind) => kind !== 'logbad' && kind !== 'other'));
const MAX_SERVICES = 2000;
const MAX_SPREAD = 10;

/**
 * Reads a topology file: `{schema, services: [{name, type?, noise?: {kind: share}}], edges: [[caller, callee]], entry?}`
 * with names. `noise` is the standard deviation of a kind of telemetry in quiet times as a share of its level; kinds that
 * no service has are taken as not recorded, and without any `noise` telemetry is drawn at random. A service graph that the
 * product exported is read as well.
 *
 * @param value  parsed JSON of any kind
 * @throws TrainingError `CAUSEWAY_TRAINING_TOPOLOGY` naming the field
 * Cost O(N + E).
 */
export function parseTopology(value: unknown): KnownTopology {
  const file = fieldsOf(value, 'the file');
  const { services, edges, entry } = isExportedGraph(file) ? readExported(file) : readWritten(file);
  if (services.length < 2 || services.length > MAX_SERVICES) {
    refuse('services', `has ${services.length} items where 2 to ${MAX_SERVICES} are expected`);
  }
  const index = new Map<string, number>();
  services.forEach(({ name }, i) => {
    if (index.has(name)) {
      refuse(`services[${i}].name`, `"${name}" stands there twice`);
    }
    index.set(name, i);
  });
  const find = (name: unknown, field: string): number =>
    index.get(String(name)) ?? refuse(field, `${JSON.stringify(name) ?? 'nothing'} is none of the services`);
  const calls = edges
    .map(([caller, callee], i) => [find(caller, `edges[${i}][0]`), find(callee, `edges[${i}][1]`)] as const)
    .filter(([caller, callee]) => caller !== callee);
  if (calls.length === 0) {
    refuse('edges', 'has no call between two services');
  }
  const noisy = services.some(({ noise }) => Object.keys(noise).length > 0);
  return {
    types: services.map(({ type }) => type),
    edges: calls,
    entry: entry === undefined || entry === null ? undefined : find(entry, 'entry'),
    ...(noisy && { noise: services.map(({ noise }) => noise) }),
  };
}

interface ReadTopology {
  readonly services: readonly ReadService[];
  readonly edges: readonly (readonly [caller: unknown, callee: unknown])[];
  readonly entry: unknown;
}

function readWritten(file: Fields): ReadTopology {
  if (file.schema !== TOPOLOGY_SCHEMA) {
    refuse('schema', `is not "${TOPOLOGY_SCHEMA}"`);
  }
  return {
    services: listOf(file.services, 'services').map((item, i) => readService(item, `services[${i}]`)),
    edges: listOf(file.edges, 'edges').map((item, i) => {
      const [caller, callee] = listOf(item, `edges[${i}]`);
      return [caller, callee];
    }),
    entry: file.entry,
  };
}

function readExported(file: Fields): ReadTopology {
  const { services, edges } = readExportedGraph(file);
  return { services: services.map((item, i) => readService(item, `nodes[${i}]`)), edges, entry: undefined };
}

interface ReadService {
  readonly name: string;
  readonly type: RankingServiceType;
  readonly noise: ServiceNoise;
}

function readService(value: unknown, field: string): ReadService {
  const { name, type = 'service', noise = {} } = fieldsOf(value, field);
  if (typeof name !== 'string' || name === '') {
    return refuse(`${field}.name`, 'is not a text');
  }
  const known = TYPES.find((item) => item === type);
  return {
    name,
    type: known ?? refuse(`${field}.type`, `is none of ${TYPES.join(', ')}`),
    noise: readNoise(noise, `${field}.noise`),
  };
}

function readNoise(value: unknown, field: string): ServiceNoise {
  const entries = Object.entries(fieldsOf(value, field));
  for (const [kind, spread] of entries) {
    if (!KINDS.has(kind)) {
      refuse(`${field}.${kind}`, `is no kind of telemetry; known are ${[...KINDS].join(', ')}`);
    }
    if (typeof spread !== 'number' || !(spread >= 0 && spread <= MAX_SPREAD)) {
      refuse(`${field}.${kind}`, `is not a number from 0 to ${MAX_SPREAD}`);
    }
  }
  return Object.fromEntries(entries) as ServiceNoise;
}
