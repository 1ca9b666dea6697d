import { formatClock } from '#engine';
import type { ServiceName, WorkloadState } from '#model';
import { fetchClusterEvents, fetchPodStates, podStateQueries, type PodState } from '#telemetry';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

type ClusterEvents = Awaited<ReturnType<typeof fetchClusterEvents>>;

const MAX_EVENTS = 10;
const MAX_PODS = 20;
const MAX_NAME = 120;
const MAX_MESSAGE = 300;
/** Events from before the window lead up to it. */
const BEFORE_MS = 15 * 60_000;

/** State of the pods of causes, and of the others where it is not as it should be, with the newest events of Kubernetes. */
export async function collectWorkloads(
  { upstreams: { prometheus, loki }, settings: { namespace } }: DetailSource,
  { services, causes, graph, report, windows }: DetailSubject,
  part: DetailPart
): Promise<void> {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const workloadOf = (service: ServiceName): string => nodes.get(service)?.workload?.name ?? service;
  const workloads = [...new Set(services.map(workloadOf))];
  const toMs = report.window.toMs;
  const fromMs = Math.min(windows.incident.fromMs, report.window.fromMs);
  const events = { fromMs: fromMs - BEFORE_MS, toMs };
  const [pods, heard] = await Promise.all([
    part.read('prometheus:pod-states', (signal) =>
      fetchPodStates(prometheus, { workloads, namespace, fromMs, atMs: toMs - 1, signal })
    ),
    loki && part.read('loki:kubernetes-events', (signal) => fetchClusterEvents(loki, workloads, events, signal)),
  ]);
  for (const service of services) {
    const workload = workloadOf(service);
    const own = (pods ?? []).filter((pod) => pod.workload === workload);
    const about = (heard ?? []).filter(({ object }) => belongs(object, workload, workloads)).slice(0, MAX_EVENTS);
    if (about.length > 0 || own.some(isTroubled) || (own.length > 0 && causes.includes(service))) {
      const queries = podStateQueries({ workloads: [workload], namespace });
      const query =
        own.length === 0 ? undefined : own.some(({ phase }) => phase !== '') ? queries.phase : queries.restarts;
      part.findings.push(toFinding(service, own, about, { window: { fromMs, toMs }, query }));
    }
  }
}

/** `order-db-0` belongs to `order-db`, not to `order`, where both are known. */
function belongs(object: string, workload: string, workloads: readonly string[]): boolean {
  const fits = (name: string): boolean => object === name || object.startsWith(`${name}-`);
  return fits(workload) && !workloads.some((other) => other.length > workload.length && fits(other));
}

function isTroubled({ phase, isReady, newRestarts }: PodState): boolean {
  return isReady === false || (phase !== '' && phase !== 'Running' && phase !== 'Succeeded') || (newRestarts ?? 0) > 0;
}

function toFinding(
  service: ServiceName,
  pods: readonly PodState[],
  events: ClusterEvents,
  { window, query }: Pick<Finding, 'window'> & { readonly query: string | undefined }
): Finding {
  const restarts = pods.reduce((sum, { newRestarts }) => sum + (newRestarts ?? 0), 0);
  const detail: WorkloadState = {
    kind: 'workload-state',
    pods: pods
      .toSorted((left, right) => Number(isTroubled(right)) - Number(isTroubled(left)))
      .slice(0, MAX_PODS)
      .map(({ name, phase, isReady, restarts: all, reason }) => ({
        name: oneLine(name, 253),
        phase: oneLine(phase, 60),
        isReady,
        restarts: all === null ? null : Math.max(0, Math.round(all)),
        reason: oneLine(reason, 200),
      })),
    events: events.map(({ atMs, reason, message }) => ({
      atMs,
      reason: oneLine(reason, MAX_NAME),
      message: oneLine(message, MAX_MESSAGE),
    })),
  };
  return {
    source: 'kubernetes',
    service,
    statement: `${oneLine(service, MAX_NAME)}: ${[...podTexts(pods, restarts), ...eventTexts(events)].join(' ')}`,
    ...(query === undefined ? {} : { query, language: 'promql' as const }),
    ...(window ? { window } : {}),
    ...(pods.length > 0 ? { observed: restarts, unit: 'count' as const } : {}),
    detail,
  };
}

function podTexts(pods: readonly PodState[], restarts: number): readonly string[] {
  if (pods.length === 0) {
    return ['No state of its pods is known.'];
  }
  const known = pods.filter(({ isReady }) => isReady !== null);
  const ready = known.filter(({ isReady }) => isReady === true).length;
  const all = `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}`;
  const readiness =
    known.length === 0 ? `It has ${all}; whether they are ready is not known.` : `${ready} of ${all} ready.`;
  const reasons = [
    ...new Set(pods.filter(isTroubled).flatMap(({ reason }) => (reason === '' ? [] : [oneLine(reason, 60)]))),
  ];
  const why = reasons.length > 0 ? ` (${reasons.slice(0, 3).join(', ')})` : '';
  return [
    readiness,
    restarts === 0 ? 'No container restarted in the window.' : `${restarts} container restarts in the window${why}.`,
  ];
}

function eventTexts(events: ClusterEvents): readonly string[] {
  const newest = events[0];
  return newest
    ? [
        `Newest Kubernetes event, at ${formatClock(newest.atMs)}: ${oneLine(newest.reason, 60)}, "${oneLine(newest.message, 160)}".`,
      ]
    : [];
}
