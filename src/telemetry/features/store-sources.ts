import type { Labels, Seconds } from '#model';
import { rate, share, sumBy } from '../promql/expressions.ts';
import { selector } from '../promql/selector.ts';
import { ownerKey, type FeatureScope } from './feature-plan.ts';
import type { FeatureRecipe, FeatureSource } from './feature-source.ts';
import { storeName } from './identity.ts';

const LABELS = ['server', 'instance'];

/** An exporter of a database or cache. `server` names the database; `instance` may be that of the exporter. */
function storeSource(
  family: string,
  metric: string,
  needs: readonly string[],
  recipes: (scope: FeatureScope) => readonly FeatureRecipe[]
): FeatureSource {
  return {
    family,
    profile: 'service',
    id: `${family}/${metric}`,
    needs: [metric, ...needs],
    adopts: true,
    store: true,
    probe: () => `group by (${LABELS.join(', ')}) (${metric} or ${metric} offset 1h)`,
    slices: (rows, scope, { services }) => [
      { id: '', ownerLabels: LABELS, owners: owners(rows, services), recipes: recipes(scope) },
    ],
  };
}

function owners(rows: readonly Labels[], known: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row) => {
      const { server = '', instance = '' } = row;
      const isLocal = /^(?:localhost|127\.|\[?::1\]?)/.test(server);
      const name = storeName(server === '' || isLocal ? instance : server, known);
      return name === '' ? [] : [[ownerKey(row, LABELS), name] as const];
    })
  );
}

const total = (metric: string, windowSeconds: Seconds): string => sumBy(LABELS, rate(selector(metric), windowSeconds));

function rates(build: (windowSeconds: Seconds) => string): (scope: FeatureScope) => readonly FeatureRecipe[] {
  return (scope) => [
    { feature: 'request_rate_1m', expr: build(scope.minuteSeconds), combine: 'sum' },
    { feature: 'request_rate_5m', expr: build(scope.fiveMinutesSeconds), combine: 'sum' },
  ];
}

function errors(build: (windowSeconds: Seconds) => string): (scope: FeatureScope) => readonly FeatureRecipe[] {
  return (scope) => [
    { feature: 'error_rate_1m', expr: build(scope.minuteSeconds), combine: 'max' },
    { feature: 'error_rate_5m', expr: build(scope.fiveMinutesSeconds), combine: 'max' },
  ];
}

const COMMITS = 'pg_stat_database_xact_commit';
const ROLLBACKS = 'pg_stat_database_xact_rollback';
const transactions = (seconds: Seconds): string => `(${total(COMMITS, seconds)} + ${total(ROLLBACKS, seconds)})`;
const COMMANDS = 'redis_commands_processed_total';
const FAILED_COMMANDS = 'redis_commands_failed_calls_total';
const REDIS_CPU = ['redis_cpu_user_seconds_total', 'redis_cpu_sys_seconds_total'] as const;

/** What databases and caches say about themselves, for those without a caller that measures them. */
export const STORE_SOURCES: readonly FeatureSource[] = [
  storeSource('postgres-exporter', COMMITS, [ROLLBACKS], (scope) => [
    ...rates(transactions)(scope),
    ...errors((seconds) => `${total(ROLLBACKS, seconds)} / (${transactions(seconds)} > 0)`)(scope),
  ]),
  storeSource(
    'postgres-exporter',
    'pg_stat_statements_calls_total',
    [],
    rates((seconds) => total('pg_stat_statements_calls_total', seconds))
  ),
  storeSource(
    'redis-exporter',
    COMMANDS,
    [],
    rates((seconds) => total(COMMANDS, seconds))
  ),
  storeSource(
    'redis-exporter',
    FAILED_COMMANDS,
    [COMMANDS],
    errors((seconds) => share(total(FAILED_COMMANDS, seconds), total(COMMANDS, seconds)))
  ),
  storeSource('redis-exporter', 'redis_memory_used_bytes', [], () => [
    { feature: 'memory', expr: sumBy(LABELS, selector('redis_memory_used_bytes')), combine: 'max' },
  ]),
  storeSource('redis-exporter', REDIS_CPU[0], [REDIS_CPU[1]], (scope) => [
    {
      feature: 'cpu',
      expr: `${total(REDIS_CPU[0], scope.rateSeconds)} + ${total(REDIS_CPU[1], scope.rateSeconds)}`,
      combine: 'max',
    },
  ]),
];
