import type { EpochMs } from '#model';
import { Cache } from './cache.ts';
import { Database } from './database.ts';
import { Demand } from './demand.ts';
import { Deployment } from './deployment.ts';
import { Edge } from './edge.ts';
import { LatencyHistogram, HTTP_BOUNDS } from './latency-histogram.ts';
import { MessageQueue } from './message-queue.ts';
import { Provider } from './provider.ts';
import type { Random } from './random.ts';
import { DATABASES, DEPLOYMENTS, edgesOf, OPERATIONS } from './topology.ts';

/** Simulated time. `seconds` is what the queues count in; it stands still where history is thinned out. */
export interface ShopTime {
  atMs: EpochMs;
  seconds: number;
  /** How many requests one simulated request stands for. */
  weight: number;
}

/** Everything that the shop consists of. Faults and actions change these objects and nothing else. */
export interface ShopComponents {
  readonly time: ShopTime;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly databases: ReadonlyMap<string, Database>;
  /** By `caller callee`. */
  readonly edges: ReadonlyMap<string, Edge>;
  readonly cache: Cache;
  readonly provider: Provider;
  readonly queue: MessageQueue;
  readonly demand: Demand;
  /** `http_client_request_duration_seconds` of payment, by status. */
  readonly providerHttp: Map<number, LatencyHistogram>;
}

/** Builds a healthy shop whose pods have been running for a day. */
export function createComponents(random: Random, atMs: EpochMs): ShopComponents {
  const deployments = DEPLOYMENTS.map((spec) => new Deployment(spec, random.fork(`deployment/${spec.name}`)));
  deployments.forEach((deployment) => deployment.boot(atMs));
  return {
    time: { atMs, seconds: 0, weight: 1 },
    deployments: new Map(deployments.map((deployment) => [deployment.spec.name, deployment])),
    databases: new Map(DATABASES.map((spec) => [spec.name, new Database(spec)])),
    edges: new Map(edgesOf(OPERATIONS).map((spec) => [`${spec.caller} ${spec.callee}`, new Edge(spec)])),
    cache: new Cache(),
    provider: new Provider(),
    queue: new MessageQueue(),
    demand: new Demand(random.fork('demand')),
    providerHttp: new Map([200, 429, 503].map((status) => [status, new LatencyHistogram(HTTP_BOUNDS)])),
  };
}

/** A member that the topology guarantees. @throws RangeError when it does not exist */
export function need<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) {
    throw new RangeError(`the shop has no ${name}`);
  }
  return found;
}
