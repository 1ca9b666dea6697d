import type { MetricKind, RankingServiceType } from '#engine';
import { TrainingError } from '../errors.ts';
import type { KnownTopology, ServiceNoise } from './simulation/known-topology.ts';

/** Format of a topology file. */
export const TOPOLOGY_SCHEMA = 'causeway.training-topology/1';

const TYPES: readonly RankingServiceType[] = ['service', 'database', 'remote', 'client'];
const KINDS: ReadonlySet<string> = new Set<MetricKind>([
  'latency',
  'client_latency',
  'avail',
  'error',
  'traffic',
  'cpu',
  'mem',
  'disk',
  'net',
  'self',
  'tnet',
  'struct',
  'logsev',
  'lognovel',
  'loglines',
]);
const MAX_SERVICES = 2000;
const MAX_SPREAD = 10;

type Fields = Readonly<Record<string, unknown>>;

const refuse = (field: string, problem: string): never => {
  throw new TrainingError('CAUSEWAY_TRAINING_TOPOLOGY', `--topology: ${field} ${problem}.`);
};

/**
 * Reads a topology file: `{schema, services: [{name, type?, noise?: {kind: share}}], edges: [[caller, callee]], entry?}`
 * with names. `noise` is the standard deviation of a kind of telemetry in quiet times as a share of its level; kinds that
 * no service has are taken as not recorded, and without any `noise` telemetry is drawn at random.
 *
 * @param value  parsed JSON of any kind
 * @throws TrainingError `CAUSEWAY_TRAINING_TOPOLOGY` naming the field
 * Cost O(N + E).
 */
export function parseTopology(value: unknown): KnownTopology {
  const file = fieldsOf(value, 'the file');
  if (file.schema !== TOPOLOGY_SCHEMA) {
    refuse('schema', `is not "${TOPOLOGY_SCHEMA}"`);
  }
  const services = listOf(file.services, 'services').map((item, i) => readService(item, `services[${i}]`));
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
  const edges = listOf(file.edges, 'edges').map((item, i) => {
    const [caller, callee] = listOf(item, `edges[${i}]`);
    return [find(caller, `edges[${i}][0]`), find(callee, `edges[${i}][1]`)] as const;
  });
  if (!edges.some(([caller, callee]) => caller !== callee)) {
    refuse('edges', 'has no call between two services');
  }
  const noisy = services.some(({ noise }) => Object.keys(noise).length > 0);
  return {
    types: services.map(({ type }) => type),
    edges: edges.filter(([caller, callee]) => caller !== callee),
    entry: file.entry === undefined || file.entry === null ? undefined : find(file.entry, 'entry'),
    ...(noisy && { noise: services.map(({ noise }) => noise) }),
  };
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

function fieldsOf(value: unknown, field: string): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(field, 'is not an object');
}

function listOf(value: unknown, field: string): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : refuse(field, 'is not a list');
}
