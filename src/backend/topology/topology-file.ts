import { z } from 'zod';
import { MAX_TOPOLOGY_FILE_LENGTH } from '#contracts';
import { readPropagationRule } from '#engine';
import type {
  EdgeDirection,
  EdgeKind,
  EdgeReading,
  NodeReading,
  PropagationRule,
  ServiceKind,
  TopologyReading,
} from '#model';
import { BackendError } from '../errors.ts';
import { readYaml, YamlProblem } from './yaml-text.ts';

const KINDS: Readonly<Record<string, ServiceKind>> = {
  service: 'service',
  database: 'database',
  db: 'database',
  cache: 'cache',
  queue: 'queue',
  'message-queue': 'queue',
  external: 'external',
  'external-service': 'external',
};

const oneLine = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text');
const name = oneLine(253);

const serviceSchema = z.strictObject({
  name,
  type: z.enum(Object.keys(KINDS) as [string, ...string[]]).optional(),
  depends_on: z.array(name).max(500).optional(),
  metrics: z
    .array(oneLine(200).regex(/^[a-zA-Z_:][a-zA-Z0-9_:.]*$/, 'must be the name of a metric'))
    .max(200)
    .optional(),
  namespace: oneLine(63).optional(),
  team: oneLine(100).optional(),
  language: oneLine(60).optional(),
  criticality: z.enum(['high', 'medium', 'low']).optional(),
  /** In percent, or as a share. */
  sla_target: z.number().min(0).max(100).optional(),
  system: oneLine(100).optional(),
  version: oneLine(100).optional(),
  host: oneLine(253).optional(),
  vendor: oneLine(100).optional(),
});
type FileService = z.infer<typeof serviceSchema>;

const fileSchema = z.strictObject({
  services: z.array(serviceSchema).max(2000),
  propagation_rules: z
    .array(z.strictObject({ if: oneLine(600), then: oneLine(600), confidence: z.number().min(0).max(1) }))
    .max(1000)
    .optional(),
});
type TopologyFile = z.infer<typeof fileSchema>;

const configMapSchema = z.object({
  kind: z.literal('ConfigMap'),
  data: z.record(z.string(), z.string()),
});

/**
 * Reads a topology file: services, what they depend on, their metrics, and propagation rules; alone or inside a
 * ConfigMap. Hostile input.
 * @throws BackendError `CAUSEWAY_TOPOLOGY_FILE_INVALID` that names the field and what it should hold
 */
export function readTopologyFile(text: string): TopologyReading {
  if (text.length > MAX_TOPOLOGY_FILE_LENGTH) {
    throw invalid(`it has ${text.length} characters; ${MAX_TOPOLOGY_FILE_LENGTH} are accepted`);
  }
  const found = parseYaml(text, '');
  const inner = configMapSchema.safeParse(found);
  if (!inner.success) {
    return toReading(found, '');
  }
  const entries = Object.entries(inner.data.data);
  const [key, content] = entries.find(([file]) => file === 'topology.yaml') ?? entries.find(isYamlFile) ?? [];
  if (key === undefined || content === undefined) {
    throw invalid('the ConfigMap has no key topology.yaml below data');
  }
  const prefix = `data["${key.slice(0, 60)}"]: `;
  return toReading(parseYaml(content, prefix), prefix);
}

function isYamlFile([file]: readonly [string, string]): boolean {
  return /\.ya?ml$/.test(file);
}

function parseYaml(text: string, prefix: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    if (error instanceof YamlProblem) {
      throw invalid(`${prefix}${error.message}`);
    }
    throw error;
  }
}

function toReading(content: unknown, prefix: string): TopologyReading {
  const result = fileSchema.safeParse(content);
  if (!result.success) {
    throw invalid(`${prefix}${describeIssue(result.error.issues[0], content)}`);
  }
  const file = result.data;
  const twice = file.services.findIndex(
    ({ name: own }, index) => file.services.findIndex((other) => other.name === own) !== index
  );
  if (twice !== -1) {
    throw invalid(`${prefix}services[${twice}].name: ${JSON.stringify(file.services[twice]?.name)} is there twice`);
  }
  const kinds = new Map(
    file.services.map(({ name: own, type }) => [own, type === undefined ? undefined : KINDS[type]])
  );
  return {
    source: 'topology-file',
    state: 'read',
    nodes: file.services.map((service) => toNode(service, kinds)),
    edges: file.services.flatMap((service) => toEdges(service, kinds)),
    rules: toRules(file, prefix),
  };
}

type Kinds = ReadonlyMap<string, ServiceKind | undefined>;

function toNode(service: FileService, kinds: Kinds): NodeReading {
  const { name: own, type: _type, depends_on: _dependsOn, sla_target: sla, ...traits } = service;
  const kind = kinds.get(own);
  const known = Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
  return {
    ...known,
    name: own,
    ...(kind === undefined ? {} : { kind }),
    ...(sla === undefined ? {} : { slaTarget: sla > 1 ? sla / 100 : sla }),
  };
}

function toEdges({ name: caller, depends_on: dependsOn = [] }: FileService, kinds: Kinds): readonly EdgeReading[] {
  return [...new Set(dependsOn)]
    .filter((callee) => callee !== caller)
    .map((callee) => ({ caller, callee, ...relation(kinds.get(caller), kinds.get(callee)) }));
}

function relation(
  caller: ServiceKind | undefined,
  callee: ServiceKind | undefined
): { readonly kind: EdgeKind; readonly direction: EdgeDirection } {
  if (callee === 'queue') {
    return { kind: 'messaging', direction: 'publish' };
  }
  if (caller === 'queue') {
    return { kind: 'messaging', direction: 'consume' };
  }
  return callee === 'database' || callee === 'cache'
    ? { kind: 'database', direction: 'access' }
    : { kind: 'http', direction: 'call' };
}

function toRules(file: TopologyFile, prefix: string): readonly PropagationRule[] {
  const names = new Set(file.services.flatMap(({ name: own, depends_on: dependsOn = [] }) => [own, ...dependsOn]));
  return (file.propagation_rules ?? []).map((written, index) => {
    const { rule, problem } = readPropagationRule(written);
    if (problem) {
      throw invalid(`${prefix}propagation_rules[${index}].${problem.field} ${problem.message}`);
    }
    for (const [field, service] of [
      ['if', rule.cause.service],
      ['then', rule.effect.service],
    ] as const) {
      if (!names.has(service)) {
        throw invalid(
          `${prefix}propagation_rules[${index}].${field} names ${JSON.stringify(service.slice(0, 80))}, which no service of the file is`
        );
      }
    }
    return rule;
  });
}

/** Where a value is, with the name of its service, and what is wrong with it. */
function describeIssue(issue: z.core.$ZodIssue | undefined, content: unknown): string {
  if (!issue || (issue.path.length === 0 && issue.code === 'invalid_type')) {
    return 'it must be an object with the list services';
  }
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const where = path.replace(/^\./, '') || 'the file';
  const named = serviceName(content, issue.path);
  const place = named === undefined ? where : `${where} (${named})`;
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path[0] === 'services' ? Object.keys(serviceSchema.shape) : Object.keys(fileSchema.shape);
    const key = issue.keys[0] ?? '';
    const meant = known.find((candidate) => simplify(candidate) === simplify(key));
    const remedy = meant ? `did you mean ${meant}?` : `known are ${known.join(', ')}`;
    return `${place} has the unknown field ${JSON.stringify(key.slice(0, 60))}; ${remedy}`;
  }
  return `${place} ${issue.message.replace(/^Invalid input: /, 'is not usable: ')}`;
}

function serviceName(content: unknown, path: readonly PropertyKey[]): string | undefined {
  const services = (content as { services?: unknown } | null)?.services;
  const index = path[0] === 'services' ? path[1] : undefined;
  const service: unknown = Array.isArray(services) && typeof index === 'number' ? services[index] : undefined;
  const own = (service as { name?: unknown } | null | undefined)?.name;
  return typeof own === 'string' ? own.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, 80) : undefined;
}

/** `dependsOn`, `depend_on` and `depends-on` are all meant to be the same. */
function simplify(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replaceAll('s', '');
}

function invalid(problem: string): BackendError {
  return new BackendError('CAUSEWAY_TOPOLOGY_FILE_INVALID', `The topology file cannot be used: ${problem}.`);
}
