import type { DataGap, EpochMs, Labels, NodeReading, Workload } from '#model';
import { TelemetryError } from '../errors.ts';
import { WORKLOAD, withWorkload } from '../features/identity.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import { mapConcurrently } from '../signals/concurrency.ts';

/** The workloads that run, and what could not be read. */
export interface KubernetesTopology {
  readonly nodes: readonly NodeReading[];
  readonly gaps: readonly DataGap[];
}

/** What to look for. */
export interface KubernetesRequest {
  readonly atMs: EpochMs;
  readonly namespace?: string | undefined;
  /** Kubernetes label that names the team. */
  readonly teamLabel: string;
  readonly signal?: AbortSignal | undefined;
}

const CONCURRENT_QUERIES = 3;
const MAX_ROWS = 20_000;
/** Labels that say which application a workload is part of, best first. */
const NAME_LABELS = ['label_app_kubernetes_io_name', 'label_app_kubernetes_io_component', 'label_app', 'label_k8s_app'];

/** Name of the Prometheus label that kube-state-metrics makes of a Kubernetes label. */
export function toLabelName(label: string): string {
  return `label_${label.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

/**
 * Instant queries behind the workloads. Owners are found on the server, so that there is one row per workload and not one
 * per pod; duplicates of several scrapes are dropped first.
 */
export function kubernetesQueries(namespace: string | undefined, teamLabel: string) {
  const of = (metric: string, ...matchers: readonly Matcher[]): string =>
    selector(metric, [...inNamespace(namespace), ...matchers]);
  const copy = (vector: string, to: string, from: string): string =>
    `label_replace(${vector}, "${to}", "$1", "${from}", "(.+)")`;
  const sets = of('kube_replicaset_owner', { label: 'owner_kind', unlike: '|<none>' });
  const owners = copy(copy(sets, 'workload', 'owner_name'), 'workload_kind', 'owner_kind');
  const pods = copy(of('kube_pod_owner', { label: 'owner_kind', equals: 'ReplicaSet' }), 'replicaset', 'owner_name');
  const others = of('kube_pod_owner', { label: 'owner_kind', unlike: '|<none>|Node|Job|ReplicaSet' });
  const labels = [toLabelName(teamLabel), ...NAME_LABELS].join(', ');
  return {
    replicated:
      `count by (namespace, workload_kind, workload) (max by (namespace, pod, replicaset) (${pods}) ` +
      `* on (namespace, replicaset) group_left (workload_kind, workload) ` +
      `max by (namespace, replicaset, workload_kind, workload) (${owners}))`,
    owned: `count by (namespace, owner_kind, owner_name) (max by (namespace, pod, owner_kind, owner_name) (${others}))`,
    podLabels: `group by (namespace, ${WORKLOAD}, ${labels}) (${withWorkload(of('kube_pod_labels'))})`,
    deploymentLabels: `group by (namespace, deployment, ${labels}) (${of('kube_deployment_labels')})`,
    namespaceLabels: `group by (namespace, ${toLabelName(teamLabel)}) (${of('kube_namespace_labels')})`,
    images: `group by (namespace, ${WORKLOAD}, container, image) (${withWorkload(of('kube_pod_container_info'))})`,
  } as const;
}

type QueryName = keyof ReturnType<typeof kubernetesQueries>;
interface Row {
  readonly labels: Labels;
  readonly value: number;
}
type Rows = Readonly<Record<QueryName, readonly Row[]>>;

/**
 * The workloads of a cluster at an instant, from kube-state-metrics. Without these metrics there are none; what fails is a
 * gap, unless nothing can be read.
 * @throws TelemetryError when no query is answered
 */
export async function fetchKubernetesTopology(
  prometheus: Pick<PrometheusClient, 'query'>,
  request: KubernetesRequest
): Promise<KubernetesTopology> {
  const queries = kubernetesQueries(request.namespace, request.teamLabel);
  const gaps: DataGap[] = [];
  let failures = 0;
  const names = Object.keys(queries) as QueryName[];
  const results = await mapConcurrently(names, CONCURRENT_QUERIES, async (name) => {
    try {
      const { samples } = await prometheus.query(queries[name], request.atMs, { signal: request.signal });
      return [name, samples.slice(0, MAX_ROWS)] as const;
    } catch (error) {
      failures += 1;
      if (!(error instanceof TelemetryError) || error.failure === 'cancelled' || failures === names.length) {
        throw error;
      }
      gaps.push({ source: `prometheus:kubernetes-${name}`, reason: `${error.code}: ${error.message}` });
      return [name, []] as const;
    }
  });
  const rows = Object.fromEntries(results) as Rows;
  return { nodes: toNodes(rows, toLabelName(request.teamLabel), request.atMs), gaps };
}

interface Found {
  readonly namespace: string;
  readonly workload: Workload;
  readonly pods: number;
}

function toNodes(rows: Rows, teamLabel: string, atMs: EpochMs): readonly NodeReading[] {
  const found = workloadsOf(rows);
  const names = new Set(found.map(({ workload }) => workload.name));
  const labels = labelsOf(rows);
  const shared = sharedNames(found, labels);
  const teams = new Map(rows.namespaceLabels.map((row) => [row.labels['namespace'] ?? '', row.labels[teamLabel]]));
  const versions = versionsOf(rows);
  const nodes = [...names].map((name): NodeReading => {
    const own = found.filter(({ workload }) => workload.name === name);
    const [first, second] = own;
    const described = second === undefined && first ? first : undefined;
    const key = described && keyOf(described.namespace, name);
    const known = key === undefined ? undefined : labels.get(key);
    const team = known?.[teamLabel] || (described && teams.get(described.namespace));
    const version = key === undefined ? undefined : versions.get(key);
    return {
      name,
      aliases: aliasesOf(name, known).filter((alias) => !shared.has(alias) || name.startsWith(alias)),
      pods: own.reduce((sum, { pods }) => sum + pods, 0),
      ...(described ? { namespace: described.namespace, workload: described.workload } : {}),
      ...(team ? { team } : {}),
      ...(version === undefined ? {} : { version }),
      lastSeenMs: atMs,
    };
  });
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function workloadsOf({ replicated, owned }: Rows): readonly Found[] {
  const from = (list: readonly Row[], kindLabel: string, nameLabel: string): readonly Found[] =>
    list.flatMap(({ labels, value }) => {
      const { namespace = '', [kindLabel]: kind, [nameLabel]: name } = labels;
      return kind && name && Number.isFinite(value) ? [{ namespace, workload: { kind, name }, pods: value }] : [];
    });
  return [...from(replicated, 'workload_kind', 'workload'), ...from(owned, 'owner_kind', 'owner_name')];
}

/** Labels by namespace and workload; those of the deployment before those of its pods. */
function labelsOf({ podLabels, deploymentLabels }: Rows): ReadonlyMap<string, Labels> {
  const found = new Map<string, Labels>();
  for (const { labels } of [...podLabels, ...deploymentLabels]) {
    const name = labels['deployment'] ?? labels[WORKLOAD] ?? '';
    const key = keyOf(labels['namespace'] ?? '', name);
    const told = Object.entries(labels).filter(([, value]) => value !== '');
    found.set(key, { ...found.get(key), ...Object.fromEntries(told) });
  }
  return found;
}

function aliasesOf(name: string, labels: Labels | undefined): readonly string[] {
  return [...new Set(NAME_LABELS.flatMap((label) => labels?.[label] || []))].filter((alias) => alias !== name);
}

/** Names that labels give to more than one workload, as those of a whole product are. */
function sharedNames(found: readonly Found[], labels: ReadonlyMap<string, Labels>): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { namespace, workload } of found) {
    for (const alias of aliasesOf(workload.name, labels.get(keyOf(namespace, workload.name)))) {
      (seen.has(alias) ? shared : seen).add(alias);
    }
  }
  return shared;
}

/** Tags of the images of workloads with one container, or of the container that is called like its workload. */
function versionsOf({ images }: Rows): ReadonlyMap<string, string> {
  const byWorkload = new Map<string, { readonly own: boolean; readonly tag: string | undefined }[]>();
  for (const { labels } of images) {
    const { namespace = '', [WORKLOAD]: name = '', container, image = '' } = labels;
    const key = keyOf(namespace, name);
    byWorkload.set(key, [...(byWorkload.get(key) ?? []), { own: container === name, tag: imageTag(image) }]);
  }
  return new Map(
    [...byWorkload].flatMap(([key, containers]) => {
      const own = containers.filter((item) => item.own);
      const [only, another] = own.length > 0 ? own : containers;
      return only?.tag !== undefined && another === undefined ? [[key, only.tag] as const] : [];
    })
  );
}

/** The tag of an image reference such as `registry:5000/shop/order:2.4.1@sha256:...`; undefined when it has none. */
export function imageTag(image: string): string | undefined {
  return /:([\w][\w.-]{0,127})$/.exec(image.replace(/@.*$/s, ''))?.[1];
}

function keyOf(namespace: string, name: string): string {
  return JSON.stringify([namespace, name]);
}
