import { maxBy, quotient, rate, sumBy } from '../promql/expressions.ts';
import { selector } from '../promql/selector.ts';
import type { SignalQuery } from './signal-query.ts';
import { ownedBy, ownedByInstance } from './owner.ts';

/** What databases, caches and queues say about themselves through their exporters. */
export const STORE_SIGNALS: readonly SignalQuery[] = [
  {
    id: 'database-connections',
    kind: 'pool-utilisation',
    unit: 'ratio',
    harm: 'up',
    build: () =>
      quotient(
        sumBy(['server'], selector('pg_stat_activity_count')),
        maxBy(['server'], selector('pg_settings_max_connections'))
      ),
    owner: ownedBy('server', { suffix: 'connections' }),
  },
  {
    id: 'sequential-scans',
    kind: 'sequential-scans',
    unit: 'per-second',
    harm: 'up',
    build: (scope) => sumBy(['server'], rate(selector('pg_stat_user_tables_seq_scan'), scope.rateSeconds)),
    owner: ownedBy('server'),
  },
  {
    id: 'sequential-scans-by-table',
    kind: 'sequential-scans',
    unit: 'per-second',
    harm: 'up',
    build: (scope) => sumBy(['server', 'relname'], rate(selector('pg_stat_user_tables_seq_scan'), scope.rateSeconds)),
    owner: ownedBy('server', { suffixLabel: 'relname' }),
  },
  {
    id: 'redis-memory-utilisation',
    kind: 'memory-utilisation',
    unit: 'ratio',
    harm: 'up',
    build: () =>
      quotient(
        maxBy(['instance'], selector('redis_memory_used_bytes')),
        maxBy(['instance'], selector('redis_memory_max_bytes'))
      ),
    owner: ownedByInstance({ suffix: 'maxmemory' }),
  },
  {
    id: 'evictions',
    kind: 'evictions',
    unit: 'per-second',
    harm: 'up',
    build: (scope) => sumBy(['instance'], rate(selector('redis_evicted_keys_total'), scope.rateSeconds)),
    owner: ownedByInstance(),
  },
  {
    id: 'redis-rejected-connections',
    kind: 'rejected-requests',
    unit: 'per-second',
    harm: 'up',
    build: (scope) => sumBy(['instance'], rate(selector('redis_rejected_connections_total'), scope.rateSeconds)),
    owner: ownedByInstance(),
  },
  {
    id: 'queue-lag',
    kind: 'queue-lag',
    unit: 'count',
    harm: 'up',
    build: () => sumBy(['topic', 'consumergroup'], selector('kafka_consumergroup_lag')),
    owner: ownedBy('topic', { peer: 'consumergroup', suffixLabel: 'consumergroup' }),
  },
];
