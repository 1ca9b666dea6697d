import type { RcaTarget } from '#model';
import { toTimes } from './context-time.ts';

/** Labels and attributes that name a service, most specific first. */
const SERVICE_LABELS = ['service_name', 'service.name', 'service', 'resource.service.name', 'app', 'job', 'server'];
const NAMESPACE_LABELS = [
  'service_namespace',
  'service.namespace',
  'k8s.namespace.name',
  'k8s_namespace_name',
  'namespace',
];
const ENVIRONMENT_LABELS = [
  'deployment_environment_name',
  'deployment.environment.name',
  'deployment_environment',
  'deployment.environment',
];
/** Parameters that carry the datasource of a query, by the type of the datasource. */
const DATASOURCES = { prometheus: 'metricsDs', loki: 'logsDs', tempo: 'tracesDs' } as const;
/** An equality matcher of PromQL, LogQL or TraceQL. */
const MATCHER =
  /(?:^|[{,\s.&(])(?:service_name|service|service\.name|server)\s*=\s*"((?:[^"\\$]|\$\{?\w+(?::\w+)?\}?){1,253})"/g;

type Bag = Readonly<Record<string, unknown>>;
type Found = Pick<RcaTarget, 'service' | 'namespace' | 'env'>;

/**
 * Finds the service, the time range and the datasources in whatever an extension point hands over. Every shape is guarded:
 * the context may be undefined, and differs between Grafana versions.
 * @returns undefined when no single service can be named, so that the link is hidden
 */
export function toRcaTarget(context: unknown): RcaTarget | undefined {
  if (!isBag(context)) {
    return undefined;
  }
  const found = fromAttributes(context) ?? fromAlert(context) ?? fromPanel(context);
  return found && { ...found, ...toTimes(context), ...toDatasources(context), ...toRule(context) };
}

/** Reads the service of a trace's or log line's resource attributes. */
function fromAttributes(context: Bag): Found | undefined {
  return isBag(context.attributes) ? fromLabels(context.attributes) : undefined;
}

/** Reads the service of an alert rule (`labels`) or an alert instance (`instance.labels`, `rule.labels`). */
function fromAlert(context: Bag): Found | undefined {
  for (const holder of [context.instance, context, context.rule]) {
    const found = isBag(holder) && isBag(holder.labels) ? fromLabels(holder.labels) : undefined;
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Reads the one service that the series of a panel are of; where they name none, the one that its queries ask for. */
function fromPanel(context: Bag): Found | undefined {
  const shown = new Map(listFields(context.data).flatMap((labels) => keyed(fromLabels(labels))));
  const found =
    shown.size > 0 ? shown : new Map(listQueries(context).flatMap((query) => keyed(fromQuery(query, context))));
  return found.size === 1 ? [...found.values()][0] : undefined;
}

function keyed(found: Found | undefined): Array<[string, Found]> {
  return found ? [[found.service, found]] : [];
}

/** Labels of the fields of all series. */
function listFields(data: unknown): readonly Bag[] {
  return listOf(isBag(data) ? data.series : undefined)
    .flatMap((frame) => listOf(frame.fields))
    .flatMap(({ labels }) => (isBag(labels) ? [labels] : []));
}

function listQueries(context: Bag): readonly Bag[] {
  return listOf(context.targets).filter(({ hide }) => hide !== true);
}

/** Reads an equality matcher of a query, for example `{service_name="payment"}`; two services are none. */
function fromQuery(query: Bag, context: Bag): Found | undefined {
  if (typeof query.service === 'string' && query.service !== '') {
    const service = withVariable(query.service, context);
    return service === undefined ? undefined : { service };
  }
  const text = [query.expr, query.query].find((item): item is string => typeof item === 'string') ?? '';
  const services = [...text.matchAll(MATCHER)].map((match) => withVariable(match[1] ?? '', context));
  const [service] = services;
  return service !== undefined && services.every((other) => other === service) ? { service } : undefined;
}

/** A text that is one variable of a repeated panel is its value; any other variable is not known. */
function withVariable(text: string, context: Bag): string | undefined {
  if (!text.includes('$')) {
    return text;
  }
  const name = /^\$\{?(\w+)(?::\w+)?\}?$/.exec(text)?.[1];
  const scoped = name !== undefined && isBag(context.scopedVars) ? context.scopedVars[name] : undefined;
  const value = isBag(scoped) ? scoped.value : undefined;
  return typeof value === 'string' && value !== '' && !value.startsWith('$') ? value : undefined;
}

function fromLabels(labels: Bag): Found | undefined {
  const service = firstOf(labels, SERVICE_LABELS);
  if (service === undefined) {
    return undefined;
  }
  const namespace = firstOf(labels, NAMESPACE_LABELS);
  const env = firstOf(labels, ENVIRONMENT_LABELS);
  return { service, ...(namespace === undefined ? {} : { namespace }), ...(env === undefined ? {} : { env }) };
}

function firstOf(labels: Bag, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first !== '') {
      return first;
    }
  }
  return undefined;
}

/** The datasources of the queries or of the view, where their type is one that the page asks. */
function toDatasources(context: Bag): Pick<RcaTarget, 'metricsDs' | 'logsDs' | 'tracesDs'> {
  const references = [context, ...listQueries(context)].map(({ datasource }) => datasource);
  const found: { metricsDs?: string; logsDs?: string; tracesDs?: string } = {};
  for (const reference of references) {
    const { type, uid } = isBag(reference) ? reference : {};
    const parameter = Object.entries(DATASOURCES).find(([name]) => name === type)?.[1];
    if (parameter !== undefined && typeof uid === 'string' && /^[\w-]{1,40}$/.test(uid)) {
      found[parameter] ??= uid;
    }
  }
  return found;
}

/** The rule of an alert instance. */
function toRule({ rule }: Bag): Pick<RcaTarget, 'alertRule'> {
  return isBag(rule) && typeof rule.uid === 'string' && rule.uid !== '' ? { alertRule: rule.uid } : {};
}

function listOf(value: unknown): readonly Bag[] {
  return Array.isArray(value) ? value.filter(isBag) : [];
}

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null;
}
