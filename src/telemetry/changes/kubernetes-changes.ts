import type { ChangeEvent, EpochMs, Seconds, TimeSeries, TimeWindow } from '#model';
import type { PrometheusClient, ReadOptions } from '../prometheus/client.ts';
import { duration } from '../promql/expressions.ts';
import { escapeRegExp } from '../promql/escape.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import { WORKLOAD, withWorkload } from '../features/identity.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import { imageTag } from '../topology/kubernetes-topology.ts';
import type { ChangeAnswer } from './change-answer.ts';

/** What to read. */
export interface KubernetesChangeOptions extends ReadOptions {
  readonly namespace?: string | undefined;
}

const MIN_STEP_SECONDS: Seconds = 60;
const MAX_STEPS = 500;
/** A change between two scrapes lies in no window of one step: windows overlap by this much. */
const OVERLAP_SECONDS: Seconds = 60;
/** Pods with a new image appear at most this long after the change. */
const ROLLOUT_MS = 10 * 60_000;
const MAX_WORKLOADS = 200;
const CONCURRENT_QUERIES = 3;

const KINDS = ['deployment', 'statefulset', 'daemonset'] as const;
type WorkloadKind = (typeof KINDS)[number];
const REPLICAS: Readonly<Partial<Record<WorkloadKind, string>>> = {
  deployment: 'kube_deployment_spec_replicas',
  statefulset: 'kube_statefulset_replicas',
};

/** Step at which a window is looked at: a minute for windows of up to eight hours. */
export function changeStepSeconds({ fromMs, toMs }: TimeWindow): Seconds {
  return Math.max(
    MIN_STEP_SECONDS,
    Math.ceil((toMs - fromMs) / 1000 / MAX_STEPS / MIN_STEP_SECONDS) * MIN_STEP_SECONDS
  );
}

/** Range queries behind the changes; each has points only where something changed. */
export function kubernetesChangeQueries(namespace: string | undefined, stepSeconds: Seconds) {
  const range = duration(stepSeconds + OVERLAP_SECONDS);
  const of = (metric: string, ...more: readonly Matcher[]): string =>
    selector(metric, [...inNamespace(namespace), ...more]);
  const newest = (kind: WorkloadKind, vector: string): string => `max by (namespace, ${kind}) (${vector})`;
  const changed = (kind: WorkloadKind, metric: string): string =>
    `${newest(kind, `changes(${of(metric)}[${range}])`)} > 0`;
  const specs = KINDS.map((kind) => {
    const observed = `kube_${kind}_status_observed_generation`;
    return [kind, `${changed(kind, `kube_${kind}_metadata_generation`)} or ${changed(kind, observed)}`] as const;
  });
  const replicas = KINDS.flatMap((kind) => {
    const metric = REPLICAS[kind];
    if (metric === undefined) {
      return [];
    }
    const where = `and on (namespace, ${kind}) (${changed(kind, metric)})`;
    const earlier = `${of(metric)} offset ${range}`;
    return [[kind, `${newest(kind, of(metric))} ${where}`, `${newest(kind, earlier)} ${where}`] as const];
  });
  const images = (workloads: readonly string[]): string => {
    const pods: Matcher = { label: 'pod', like: `(?:${workloads.map(escapeRegExp).join('|')})-.+` };
    return `group by (namespace, ${WORKLOAD}, container, image) (${withWorkload(of('kube_pod_container_info', pods))})`;
  };
  const autoscaled = `group by (namespace, scaletargetref_kind, scaletargetref_name) (${of('kube_horizontalpodautoscaler_info')})`;
  return { specs, replicas, images, autoscaled } as const;
}

/** A workload that changed within one step. */
interface SpecChange {
  readonly namespace: string;
  readonly name: string;
  readonly atMs: EpochMs;
}

interface ScaleChange extends SpecChange {
  readonly before: number | undefined;
  readonly after: number;
}

/**
 * Rollouts and scalings that show in the state of workloads: a new generation with another image is a deployment of that
 * version, one with another number of replicas a scaling, any other a rollout of the same image. The time is the
 * beginning of the step in which the change was first seen. A workload that was just created, or whose metrics just began,
 * did not change.
 * @throws TelemetryError when Prometheus cannot answer
 */
export async function fetchKubernetesChanges(
  prometheus: Pick<PrometheusClient, 'queryRange' | 'query'>,
  window: TimeWindow,
  options: KubernetesChangeOptions = {}
): Promise<ChangeAnswer> {
  const { namespace, signal } = options;
  const stepSeconds = changeStepSeconds(window);
  // On one grid whatever the window, so that a change has the same time in every answer.
  const stepMs = stepSeconds * 1000;
  const startMs = Math.ceil(window.fromMs / stepMs) * stepMs;
  const endMs = Math.max(startMs, Math.floor(window.toMs / stepMs) * stepMs);
  const range = { startMs, endMs, stepSeconds };
  const queries = kubernetesChangeQueries(namespace, stepSeconds);
  const read = async (expr: string): Promise<readonly TimeSeries[]> =>
    (await prometheus.queryRange(expr, range, { signal })).series;
  const specs = await mapConcurrently(queries.specs, CONCURRENT_QUERIES, async ([kind, expr]) =>
    (await read(expr)).flatMap((series) => toSpecChanges(series, kind, stepSeconds))
  );
  const scales = await mapConcurrently(queries.replicas, CONCURRENT_QUERIES, async ([kind, after, before]) =>
    toScaleChanges(await read(after), await read(before), kind, stepSeconds)
  );
  const found = specs.flat();
  if (found.length === 0 && scales.flat().length === 0) {
    return { changes: [], gaps: [] };
  }
  const names = [...new Set(found.map(({ name }) => name))].sort().slice(0, MAX_WORKLOADS);
  const images =
    names.length === 0
      ? []
      : (
          await prometheus.queryRange(
            queries.images(names),
            { startMs: startMs - ROLLOUT_MS, endMs: endMs + ROLLOUT_MS, stepSeconds },
            { signal }
          )
        ).series;
  const { samples } =
    scales.flat().length > 0 ? await prometheus.query(queries.autoscaled, window.toMs, { signal }) : NONE;
  const autoscaled = new Set(samples.map(({ labels }) => keyOf(labels['namespace'], labels['scaletargetref_name'])));
  return { changes: toChanges(found, scales.flat(), images, autoscaled, stepSeconds), gaps: [] };
}

const NONE = { samples: [] } as const;

function toSpecChanges({ labels, timesMs }: TimeSeries, kind: WorkloadKind, stepSeconds: Seconds): SpecChange[] {
  const { namespace = '', [kind]: name } = labels;
  return name ? firsts(timesMs, stepSeconds).map((atMs) => ({ namespace, name, atMs: atMs - stepSeconds * 1000 })) : [];
}

function toScaleChanges(
  after: readonly TimeSeries[],
  before: readonly TimeSeries[],
  kind: WorkloadKind,
  stepSeconds: Seconds
): ScaleChange[] {
  const earlier = new Map(before.map((series) => [keyOf(series.labels['namespace'], series.labels[kind]), series]));
  return after.flatMap(({ labels, timesMs, values }) => {
    const { namespace = '', [kind]: name } = labels;
    const old = earlier.get(keyOf(namespace, name));
    return firsts(timesMs, stepSeconds).flatMap((atMs) => {
      const now = values[timesMs.indexOf(atMs)];
      const then = old?.values[old.timesMs.indexOf(atMs)];
      const isChange = name && now !== undefined && Number.isSafeInteger(now) && now !== then;
      return isChange ? [{ namespace, name, atMs: atMs - stepSeconds * 1000, before: then, after: now }] : [];
    });
  });
}

/** Times that do not follow another at once: windows overlap, so that one change shows in two of them. */
function firsts(timesMs: readonly EpochMs[], stepSeconds: Seconds): readonly EpochMs[] {
  return timesMs.filter((atMs, index) => atMs - (timesMs[index - 1] ?? -Infinity) > stepSeconds * 1500);
}

function toChanges(
  specs: readonly SpecChange[],
  scales: readonly ScaleChange[],
  images: readonly TimeSeries[],
  autoscaled: ReadonlySet<string>,
  stepSeconds: Seconds
): readonly ChangeEvent[] {
  const slackMs = (stepSeconds + OVERLAP_SECONDS) * 1000;
  const isSame = (left: SpecChange, right: SpecChange): boolean =>
    left.name === right.name && left.namespace === right.namespace && Math.abs(left.atMs - right.atMs) <= slackMs;
  const rollouts = specs.flatMap((spec): ChangeEvent[] => {
    const image = imageChange(spec, images, slackMs);
    if (!image && scales.some((scale) => isSame(scale, spec))) {
      return [];
    }
    const { name: service, atMs } = spec;
    const summary = image
      ? `${service} was rolled out: ${image.previousVersion ?? 'another image'} to ${image.version ?? 'an image without tag'}`
      : `${service} was rolled out anew with the same image`;
    return [{ atMs, kind: 'deploy', service, summary, ...image }];
  });
  const scalings = scales.map(({ name: service, namespace, atMs, before, after }): ChangeEvent => {
    const from = before === undefined ? '' : `from ${before} `;
    const whose = autoscaled.has(keyOf(namespace, service)) ? '; it has an autoscaler' : '';
    return { atMs, kind: 'scale', service, summary: `${service} was scaled ${from}to ${after} replicas${whose}` };
  });
  return [...rollouts, ...scalings].sort((a, b) => a.atMs - b.atMs || (a.service < b.service ? -1 : 1));
}

/** The image of the workload's container that was new after a change, and the one before. */
function imageChange(
  { namespace, name, atMs }: SpecChange,
  images: readonly TimeSeries[],
  slackMs: number
): { readonly version?: string; readonly previousVersion?: string } | undefined {
  const own = images.filter(
    ({ labels }) =>
      labels[WORKLOAD] === name && (labels['namespace'] ?? '') === namespace && labels['image'] !== undefined
  );
  const main = own.filter(({ labels }) => labels['container'] === name);
  const candidates = main.length > 0 ? main : own;
  const isNew = ({ timesMs }: TimeSeries): boolean => {
    const first = timesMs[0] ?? Infinity;
    return first > atMs - slackMs && first <= atMs + ROLLOUT_MS;
  };
  const after = candidates.find(
    (series) =>
      isNew(series) &&
      candidates.some((other) => other !== series && (other.timesMs[0] ?? Infinity) <= atMs - slackMs / 2)
  );
  if (!after) {
    return undefined;
  }
  const before = candidates
    .filter((series) => series !== after && (series.timesMs[0] ?? Infinity) < (after.timesMs[0] ?? 0))
    .sort((a, b) => (b.timesMs.at(-1) ?? 0) - (a.timesMs.at(-1) ?? 0))[0];
  const version = imageTag(after.labels['image'] ?? '');
  const previousVersion = imageTag(before?.labels['image'] ?? '');
  return {
    ...(version === undefined ? {} : { version }),
    ...(previousVersion === undefined ? {} : { previousVersion }),
  };
}

function keyOf(namespace: string | undefined, name: string | undefined): string {
  return JSON.stringify([namespace ?? '', name ?? '']);
}
