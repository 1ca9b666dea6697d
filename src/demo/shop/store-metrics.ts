import type { EpochMs } from '#model';
import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { Random } from './random.ts';
import type { ShopComponents } from './shop-components.ts';
import { CACHE, OPERATIONS, POOL_SIZE_PER_POD, QUEUE } from './topology.ts';

const IDLE_MESSAGES_SECONDS = 0.15;

/** Which database each deployment keeps connections to. */
export const POOLS: ReadonlyMap<string, string> = new Map(
  OPERATIONS.flatMap((operation) =>
    operation.calls.flatMap((call) => (call.kind === 'sql' ? [[operation.service, call.database] as const] : []))
  )
);

/**
 * Reports what the exporters of PostgreSQL, Redis and Kafka, the connection pools and the scrapes themselves (`up`) say.
 * @param simulatedSeconds how much time was simulated since the last scrape
 */
export function reportStores(
  registry: MetricRegistry,
  shop: ShopComponents,
  random: Random,
  atMs: EpochMs,
  simulatedSeconds: number
): void {
  for (const deployment of shop.deployments.values()) {
    reportPool(registry, deployment, random, simulatedSeconds);
    registry.gauge('up', { job: 'shop', instance: deployment.spec.name }, deployment.ready.length > 0 ? 1 : 0);
  }
  for (const database of shop.databases.values()) {
    reportDatabase(registry, database, random, atMs, simulatedSeconds);
  }
  reportCache(registry, shop, atMs);
  registry.gauge('up', { job: 'kafka', instance: QUEUE.name }, 1);
  const worker = shop.deployments.get(QUEUE.consumer);
  const polled =
    worker && worker.ready.length > 0
      ? random.poisson(IDLE_MESSAGES_SECONDS * shop.provider.demand.at(shop.time.seconds))
      : 0;
  registry.gauge(
    'kafka_consumergroup_lag',
    { consumergroup: QUEUE.consumer, topic: QUEUE.name },
    shop.queue.waiting + polled
  );
}

function reportPool(registry: MetricRegistry, deployment: Deployment, random: Random, seconds: number): void {
  const database = POOLS.get(deployment.spec.name);
  if (database === undefined) {
    return;
  }
  const labels = { service_name: deployment.spec.name, pool_name: database };
  const max = deployment.ready.length * POOL_SIZE_PER_POD;
  const leaked = deployment.ready.reduce((sum, pod) => sum + pod.pool.leaked, 0);
  const used = Math.min(max, leaked + random.poisson(deployment.poolHeldSeconds / seconds));
  registry.gauge('db_client_connections_usage', { ...labels, state: 'used' }, used);
  registry.gauge('db_client_connections_usage', { ...labels, state: 'idle' }, max - used);
  registry.gauge('db_client_connections_max', labels, max);
  registry.gauge(
    'db_client_connections_pending_requests',
    labels,
    random.poisson(deployment.poolPendingSeconds / seconds)
  );
  registry.counter('db_client_connections_timeouts_total', labels, deployment.poolTimeouts);
  deployment.poolHeldSeconds = 0;
  deployment.poolPendingSeconds = 0;
}

function reportDatabase(
  registry: MetricRegistry,
  database: Database,
  random: Random,
  atMs: EpochMs,
  seconds: number
): void {
  const server = database.spec.name;
  const up = database.isUp(atMs);
  registry.gauge('up', { job: 'postgres', instance: server }, up ? 1 : 0);
  const active = Math.min(database.connections, random.poisson(database.activeSeconds / seconds));
  database.activeSeconds = 0;
  if (!up) {
    return;
  }
  const activity = { server, datname: server.replace('-db', '') };
  registry.gauge('pg_stat_activity_count', { ...activity, state: 'active' }, active);
  registry.gauge('pg_stat_activity_count', { ...activity, state: 'idle' }, database.connections - active);
  registry.gauge('pg_settings_max_connections', { server }, database.spec.maxConnections);
  for (const table of database.tables.values()) {
    const labels = { server, relname: table.spec.name };
    registry.counter('pg_stat_user_tables_seq_scan', labels, table.sequentialScans);
    registry.counter('pg_stat_user_tables_idx_scan', labels, table.indexScans);
  }
  for (const [queryid, statement] of database.statements) {
    registry.counter('pg_stat_statements_seconds_total', { server, queryid }, statement.seconds);
    registry.counter('pg_stat_statements_calls_total', { server, queryid }, statement.calls);
  }
}

function reportCache(registry: MetricRegistry, shop: ShopComponents, atMs: EpochMs): void {
  const { cache } = shop;
  const labels = { instance: CACHE.name };
  const up = cache.isUp(atMs);
  registry.gauge('up', { job: 'redis', instance: CACHE.name }, up ? 1 : 0);
  if (!up) {
    return;
  }
  const clients = ['inventory', 'cart', 'recommendation', 'payment'].reduce(
    (sum, name) => sum + 8 * (shop.deployments.get(name)?.ready.length ?? 0),
    0
  );
  registry.gauge('redis_memory_used_bytes', labels, Math.round(cache.usedBytes));
  registry.gauge('redis_memory_max_bytes', labels, cache.maxMemoryBytes);
  registry.gauge('redis_connected_clients', labels, clients);
  registry.counter('redis_evicted_keys_total', labels, cache.evictedKeys);
  registry.counter('redis_rejected_connections_total', labels, cache.rejectedConnections);
  registry.counter('redis_keyspace_hits_total', labels, cache.hits);
  registry.counter('redis_keyspace_misses_total', labels, cache.misses);
}
