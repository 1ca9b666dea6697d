import type { EdgeKind, ServiceKind, ServiceNode } from '#model';
import { toHostName } from '../signals/owner.ts';
import type { EdgeSamples } from './edge-queries.ts';

const EDGE_KINDS: Readonly<Record<string, EdgeKind>> = {
  database: 'database',
  messaging_system: 'messaging',
  virtual_node: 'virtual',
};

const CLIENT_SUFFIX = ' (client)';

/** How a call is made, from the connection type Tempo recorded; a call with several types is of the rarer kind. */
export function edgeKindOf(samples: EdgeSamples, caller: string, callee: string): EdgeKind {
  const types = (samples.connectionTypes ?? [])
    .filter(({ labels }) => labels['client'] === caller && labels['server'] === callee)
    .map(({ labels }) => labels['connection_type'] ?? '');
  const isTraced = types.includes('') && types.includes('virtual_node');
  return isTraced ? 'http' : (types.map((type) => EDGE_KINDS[type]).find((kind) => kind !== undefined) ?? 'http');
}

/**
 * The name of a caller in the graph. Tempo calls whoever sends no spans `user`; where a service is called the same, a
 * virtual call between two services with spans can only come from the former, which then gets a name of its own.
 * Otherwise the two would be one node, and a circle in the graph.
 */
export function callerNameOf(samples: EdgeSamples, caller: string, callee: string): string {
  const served = labelValues(samples.servedSpans, 'service');
  const isVirtual = edgeKindOf(samples, caller, callee) === 'virtual';
  return isVirtual && served.has(caller) && served.has(callee) ? `${caller}${CLIENT_SUFFIX}` : caller;
}

/**
 * Every caller, callee and service with spans, by name, with its kind and the requests it answers. Evidence in falling order: an exporter that
 * calls itself like the node (Redis, PostgreSQL, Kafka), spans that answer requests, the connection types of its edges.
 */
export function toNodes(samples: EdgeSamples): readonly ServiceNode[] {
  const names = new Set<string>();
  for (const { labels } of samples.requests ?? []) {
    const { client, server } = labels;
    if (client && server) {
      names.add(callerNameOf(samples, client, server)).add(server);
    }
  }
  const served = labelValues(samples.servedSpans, 'service');
  const evidence = {
    cache: new Set([...labelValues(samples.caches, 'instance')].map(toHostName)),
    database: labelValues(samples.databases, 'server'),
    queue: labelValues(samples.queues, 'topic'),
    served,
  };
  const rates = new Map((samples.servedSpans ?? []).map(({ labels, value }) => [labels['service'] ?? '', value]));
  return [...new Set([...names, ...served])].sort().map((name): ServiceNode => {
    const rate = rates.get(name);
    const isKnown = rate !== undefined && Number.isFinite(rate) && rate >= 0;
    return { name, kind: kindOf(name, samples, evidence), ...(isKnown ? { requestsPerSecond: rate } : {}) };
  });
}

function kindOf(
  name: string,
  samples: EdgeSamples,
  evidence: Readonly<Record<'cache' | 'database' | 'queue' | 'served', ReadonlySet<string>>>
): ServiceKind {
  for (const kind of ['cache', 'database', 'queue'] as const) {
    if (evidence[kind].has(name)) {
      return kind;
    }
  }
  if (evidence.served.has(name)) {
    return 'service';
  }
  if (name.endsWith(CLIENT_SUFFIX)) {
    return 'client';
  }
  const types = samples.connectionTypes ?? [];
  const asServer = types
    .filter(({ labels }) => labels['server'] === name)
    .map(({ labels }) => labels['connection_type']);
  const asClient = types
    .filter(({ labels }) => labels['client'] === name)
    .map(({ labels }) => labels['connection_type']);
  if (asServer.includes('database')) {
    return 'database';
  }
  if (asServer.includes('messaging_system')) {
    return 'queue';
  }
  if (asServer.includes('virtual_node')) {
    return 'external';
  }
  return asServer.length === 0 && asClient.includes('virtual_node') ? 'client' : 'service';
}

function labelValues(samples: EdgeSamples[keyof EdgeSamples], label: string): ReadonlySet<string> {
  return new Set((samples ?? []).flatMap(({ labels }) => labels[label] ?? []));
}
