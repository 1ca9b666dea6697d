import type { EdgeReading, EpochMs, NodeReading, ServiceName, Span } from '#model';
import { type Peer, peerOf } from './peer.ts';

/** What a sample of traces says of the graph. */
export interface SpanTopology {
  readonly nodes: readonly NodeReading[];
  readonly edges: readonly EdgeReading[];
}

/** A sample tells shares and means from so many calls on, and a 95th percentile from more. */
const MIN_CALLS = 20;
const MIN_CALLS_P95 = 60;
const MAX_EDGES = 20_000;
const WORKLOADS: readonly (readonly [attribute: string, kind: string])[] = [
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
];

/** Calls along one edge of the sample. */
interface Tally {
  readonly edge: Pick<EdgeReading, 'caller' | 'callee' | 'kind' | 'direction' | 'protocol'>;
  readonly seconds: number[];
  failures: number;
  firstSeenMs: EpochMs;
  lastSeenMs: EpochMs;
}

/**
 * The graph that traces show: calls between services by parent and child, and calls to databases, queues and external
 * services by the attributes of the calling span. Numbers are those of the sample, and only where it holds enough calls;
 * rates are none, since nobody knows how much was sampled.
 */
export function toSpanTopology(traces: ReadonlyArray<readonly Span[]>): SpanTopology {
  const tallies = new Map<string, Tally>();
  const nodes = new Map<ServiceName, NodeReading>();
  for (const spans of traces) {
    const parents = new Map(spans.map((span) => [span.spanId, span]));
    const answered = new Set(
      spans.flatMap(({ parentSpanId = '', service }) => {
        const parent = parents.get(parentSpanId);
        return parent && parent.service !== service ? [parentSpanId] : [];
      })
    );
    for (const span of spans) {
      addService(nodes, span);
      const parent = parents.get(span.parentSpanId ?? '');
      for (const call of callsOf(span, parent, answered.has(span.spanId))) {
        count(tallies, call, span);
      }
      for (const peer of peersOf(span, answered.has(span.spanId))) {
        addPeer(nodes, peer, span);
      }
    }
  }
  return { nodes: [...nodes.values()], edges: [...tallies.values()].map(toEdge) };
}

/** A span that may name a peer: one that goes out, or one of a library that marks its database calls only. */
function peersOf(span: Span, isAnswered: boolean): readonly Peer[] {
  const peer = goesOut(span) || span.kind === 'CONSUMER' ? peerOf(span) : undefined;
  const isNamed = peer !== undefined && (peer.kind === 'queue' || !isAnswered);
  const isService = span.kind === 'CONSUMER' && peer?.kind !== 'queue';
  return isNamed && !isService ? [peer] : [];
}

function goesOut({ kind, attributes }: Span): boolean {
  return kind === 'CLIENT' || kind === 'PRODUCER' || ('db.system' in attributes && kind === 'INTERNAL');
}

type Call = Tally['edge'];

function callsOf(span: Span, parent: Span | undefined, isAnswered: boolean): readonly Call[] {
  const [peer] = peersOf(span, isAnswered);
  if (peer) {
    const { edge: kind, direction, protocol } = peer;
    const ends =
      direction === 'consume'
        ? { caller: peer.name, callee: span.service }
        : { caller: span.service, callee: peer.name };
    return [{ ...ends, kind, direction, ...(protocol === undefined ? {} : { protocol }) }];
  }
  if (!parent || parent.service === span.service) {
    return [];
  }
  const [queue] = peersOf(parent, true);
  if (queue) {
    // The message goes along the two edges of its queue; the first is that of the parent.
    return [{ caller: queue.name, callee: span.service, kind: 'messaging', direction: 'consume' }];
  }
  const isMessage = parent.kind === 'PRODUCER' || span.kind === 'CONSUMER';
  const protocol = peerOf(parent)?.protocol;
  return [
    {
      caller: parent.service,
      callee: span.service,
      kind: isMessage ? 'messaging' : 'http',
      direction: isMessage ? 'publish' : 'call',
      ...(protocol === undefined ? {} : { protocol }),
    },
  ];
}

function count(tallies: Map<string, Tally>, call: Call, { startMs, durationSeconds, failed }: Span): void {
  const key = JSON.stringify([call.caller, call.callee]);
  const known = tallies.get(key);
  if (!known && tallies.size >= MAX_EDGES) {
    return;
  }
  const tally = known ?? { edge: call, seconds: [], failures: 0, firstSeenMs: startMs, lastSeenMs: startMs };
  tally.seconds.push(durationSeconds);
  tally.failures += Number(failed);
  tally.firstSeenMs = Math.min(tally.firstSeenMs, startMs);
  tally.lastSeenMs = Math.max(tally.lastSeenMs, startMs);
  tallies.set(key, tally);
}

function toEdge({ edge, seconds, failures, firstSeenMs, lastSeenMs }: Tally): EdgeReading {
  const sorted = seconds.toSorted((a, b) => a - b);
  const calls = sorted.length;
  return {
    ...edge,
    ...(calls >= MIN_CALLS
      ? { errorRatio: failures / calls, meanLatencySeconds: sorted.reduce((sum, value) => sum + value, 0) / calls }
      : {}),
    ...(calls >= MIN_CALLS_P95 ? { clientLatencySeconds: sorted[Math.ceil(calls * 0.95) - 1] ?? 0 } : {}),
    firstSeenMs,
    lastSeenMs,
  };
}

function addService(nodes: Map<ServiceName, NodeReading>, { service, resource, startMs }: Span): void {
  const known = nodes.get(service);
  const first = known?.kind === 'service' ? (known.firstSeenMs ?? startMs) : startMs;
  nodes.set(service, {
    name: service,
    kind: 'service',
    ...toTraits(resource ?? {}),
    firstSeenMs: Math.min(first, startMs),
    lastSeenMs: Math.max(known?.lastSeenMs ?? startMs, startMs),
  });
}

function addPeer(nodes: Map<ServiceName, NodeReading>, peer: Peer, { startMs }: Span): void {
  const known = nodes.get(peer.name);
  if (known?.kind === 'service') {
    return;
  }
  nodes.set(peer.name, {
    name: peer.name,
    kind: peer.kind,
    aliases: [...new Set([...(known?.aliases ?? []), ...peer.aliases])],
    ...(peer.system === undefined ? {} : { system: peer.system }),
    ...(peer.host === undefined ? {} : { host: peer.host }),
    firstSeenMs: Math.min(known?.firstSeenMs ?? startMs, startMs),
    lastSeenMs: Math.max(known?.lastSeenMs ?? startMs, startMs),
  });
}

function toTraits(resource: Readonly<Record<string, string>>): Partial<NodeReading> {
  const namespace = resource['k8s.namespace.name'] ?? resource['service.namespace'];
  const workload = WORKLOADS.flatMap(([attribute, kind]) => {
    const name = resource[attribute];
    return name === undefined ? [] : [{ kind, name }];
  })[0];
  const language = resource['telemetry.sdk.language'];
  const version = resource['service.version'];
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(workload === undefined ? {} : { workload }),
    ...(language === undefined ? {} : { language }),
    ...(version === undefined ? {} : { version }),
  };
}
