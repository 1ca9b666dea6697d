import type { EpochMs, InstantSample } from '#model';
import { WORKLOAD, withWorkload } from '../features/identity.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { escapeRegExp } from '../promql/escape.ts';
import { maxBy, sumBy } from '../promql/expressions.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import { mapConcurrently } from '../signals/concurrency.ts';

/** What kube-state-metrics says of one pod at an instant. Names and reasons are hostile input. */
export interface PodState {
  readonly name: string;
  /** Deployment, stateful set or daemon set, by the pod's name. */
  readonly workload: string;
  /** Empty where it is not known. */
  readonly phase: string;
  /** Null where it is not known. */
  readonly isReady: boolean | null;
  /** Restarts of its containers since it was made; null where they are not known. */
  readonly restarts: number | null;
  /** Of these since `fromMs`. */
  readonly newRestarts: number | null;
  /** Why a container waits, else why it was ended last; empty when nothing is known. */
  readonly reason: string;
}

/** Which pods to look at. */
export interface PodStateRequest {
  /** Names of workloads. */
  readonly workloads: readonly string[];
  readonly namespace?: string | undefined;
  readonly fromMs: EpochMs;
  readonly atMs: EpochMs;
  readonly signal?: AbortSignal | undefined;
}

const CONCURRENT_QUERIES = 3;
const BY = ['namespace', 'pod', WORKLOAD];

/** Instant queries behind the states of pods. */
export function podStateQueries({ workloads, namespace }: Pick<PodStateRequest, 'workloads' | 'namespace'>) {
  const pods: Matcher = { label: 'pod', like: `(?:${workloads.map(escapeRegExp).join('|')})(?:-.+)?` };
  const of = (metric: string, ...matchers: readonly Matcher[]): string =>
    withWorkload(selector(metric, [...inNamespace(namespace), pods, ...matchers]));
  return {
    phase: `${maxBy([...BY, 'phase'], of('kube_pod_status_phase'))} == 1`,
    ready: maxBy(BY, of('kube_pod_status_ready', { label: 'condition', equals: 'true' })),
    restarts: sumBy(BY, of('kube_pod_container_status_restarts_total')),
    waiting: `${maxBy([...BY, 'reason'], of('kube_pod_container_status_waiting_reason'))} == 1`,
    terminated: `${maxBy([...BY, 'reason'], of('kube_pod_container_status_last_terminated_reason'))} == 1`,
  } as const;
}

/**
 * The pods of workloads at an instant, by name; none without kube-state-metrics.
 * @throws TelemetryError
 */
export async function fetchPodStates(
  prometheus: Pick<PrometheusClient, 'query'>,
  request: PodStateRequest
): Promise<readonly PodState[]> {
  const { workloads, fromMs, atMs, signal } = request;
  const queries = podStateQueries(request);
  const reads = [
    ['phase', queries.phase, atMs],
    ['ready', queries.ready, atMs],
    ['restarts', queries.restarts, atMs],
    ['before', queries.restarts, fromMs],
    ['waiting', queries.waiting, atMs],
    ['terminated', queries.terminated, atMs],
  ] as const;
  const pods = new Map<string, Parts>();
  await mapConcurrently(reads, CONCURRENT_QUERIES, async ([part, query, at]) => {
    const { samples } = await prometheus.query(query, at, { signal });
    for (const sample of samples) {
      const { namespace = '', pod = '', [WORKLOAD]: workload = '' } = sample.labels;
      if (pod !== '' && workloads.includes(workload)) {
        const key = JSON.stringify([namespace, pod]);
        pods.set(key, { ...pods.get(key), [part]: sample });
      }
    }
  });
  return [...pods].sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, parts]) => toState(parts) ?? []);
}

type Parts = Partial<Record<'phase' | 'ready' | 'restarts' | 'before' | 'waiting' | 'terminated', InstantSample>>;

/** The pod, unless it was there only before. */
function toState({ before, ...now }: Parts): PodState | undefined {
  const { phase, ready, restarts, waiting, terminated } = now;
  const labels = Object.values(now)[0]?.labels;
  return (
    labels && {
      name: labels['pod'] ?? '',
      workload: labels[WORKLOAD] ?? '',
      phase: textOf(phase, 'phase'),
      isReady: ready ? ready.value > 0 : null,
      restarts: restarts?.value ?? null,
      // A pod that was not there yet has had no restarts.
      newRestarts: restarts ? Math.max(0, restarts.value - valueOf(before)) : null,
      reason: textOf(waiting, 'reason') || textOf(terminated, 'reason'),
    }
  );
}

function textOf(sample: InstantSample | undefined, label: string): string {
  return sample?.labels[label] ?? '';
}

function valueOf(sample: InstantSample | undefined): number {
  return sample?.value ?? 0;
}
