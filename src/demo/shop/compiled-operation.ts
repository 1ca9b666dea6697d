import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import type { Edge } from './edge.ts';
import { HTTP_BOUNDS, LatencyHistogram } from './latency-histogram.ts';
import { need, type ShopComponents } from './shop-components.ts';
import type { SpanSite, SpanSites } from './span-site.ts';
import { CACHE, OPERATIONS, PROVIDER, QUEUE, type CallSpec, type OperationSpec, type QuerySpec } from './topology.ts';

/** A call with its components looked up. */
export type CompiledCall =
  | {
      readonly kind: 'http';
      readonly site: SpanSite;
      readonly edge: Edge;
      readonly operation: CompiledOperation;
      readonly timeoutSeconds: number;
      readonly attempts: number;
    }
  | {
      readonly kind: 'sql';
      readonly edge: Edge;
      readonly database: Database;
      readonly poolSite: SpanSite;
      readonly queries: readonly { readonly site: SpanSite; readonly query: QuerySpec }[];
    }
  | {
      readonly kind: 'redis';
      readonly site: SpanSite;
      readonly edge: Edge;
      readonly optional: boolean;
      readonly attempts: number;
      readonly onMiss: readonly CompiledCall[];
    }
  | { readonly kind: 'publish'; readonly site: SpanSite; readonly edge: Edge }
  | {
      readonly kind: 'charge';
      readonly site: SpanSite;
      readonly edge: Edge;
      readonly timeoutSeconds: number;
      readonly attempts: number;
    };

/** An operation with its components looked up. */
export interface CompiledOperation {
  readonly spec: OperationSpec;
  readonly deployment: Deployment;
  readonly site: SpanSite;
  readonly calls: CompiledCall[];
  /** Server-side HTTP histograms by status. */
  readonly http: Map<number, LatencyHistogram>;
}

/** Looks up every component that the operations name, and gives every call its span site. */
export function compileOperations(shop: ShopComponents, sites: SpanSites): ReadonlyMap<string, CompiledOperation> {
  const compiled = new Map<string, CompiledOperation>();
  for (const spec of OPERATIONS) {
    compiled.set(`${spec.service} ${spec.route}`, {
      spec,
      deployment: need(shop.deployments, spec.service),
      site: serverSite(spec, sites),
      calls: [],
      http: new Map([200, 500].map((status) => [status, new LatencyHistogram(HTTP_BOUNDS)])),
    });
  }
  for (const operation of compiled.values()) {
    operation.calls.push(
      ...operation.spec.calls.map((call) => compileCall(operation.spec.service, call, { shop, sites, compiled }))
    );
  }
  return compiled;
}

interface Context {
  readonly shop: ShopComponents;
  readonly sites: SpanSites;
  readonly compiled: ReadonlyMap<string, CompiledOperation>;
}

function serverSite(spec: OperationSpec, sites: SpanSites): SpanSite {
  if (spec.method === 'CONSUME') {
    return sites.get(spec.service, spec.route, 'CONSUMER', {
      'messaging.system': 'kafka',
      'messaging.destination.name': QUEUE.name,
      'messaging.operation': 'process',
      'peer.service': QUEUE.name,
    });
  }
  return sites.get(spec.service, `${spec.method} ${spec.route}`, 'SERVER', {
    'http.request.method': spec.method,
    'http.route': spec.route,
  });
}

function compileCall(service: string, call: CallSpec, context: Context): CompiledCall {
  const { shop, sites, compiled } = context;
  switch (call.kind) {
    case 'http': {
      const operation = need(compiled, call.to);
      const callee = operation.spec.service;
      const name = `${operation.spec.method} ${operation.spec.route}`;
      const site = sites.get(service, name, 'CLIENT', {
        'http.request.method': operation.spec.method,
        'server.address': callee,
        'server.port': 8080,
        'peer.service': callee,
      });
      return {
        kind: 'http',
        site,
        edge: need(shop.edges, `${service} ${callee}`),
        operation,
        timeoutSeconds: call.timeoutSeconds,
        attempts: call.attempts ?? 1,
      };
    }
    case 'sql':
      return compileSql(service, call, context);
    case 'redis':
      return {
        kind: 'redis',
        site: sites.get(service, `${call.command} redis`, 'CLIENT', {
          'db.system': 'redis',
          'db.statement': `${call.command} ?`,
          'server.address': CACHE.name,
          'server.port': 6379,
          'peer.service': CACHE.name,
        }),
        edge: need(shop.edges, `${service} ${CACHE.name}`),
        optional: call.optional ?? false,
        attempts: call.attempts ?? 1,
        onMiss: (call.onMiss ?? []).map((next) => compileCall(service, next, context)),
      };
    case 'publish':
      return { kind: 'publish', site: publishSite(service, sites), edge: need(shop.edges, `${service} ${QUEUE.name}`) };
    case 'charge':
      return {
        kind: 'charge',
        site: chargeSite(service, sites),
        edge: need(shop.edges, `${service} ${PROVIDER.name}`),
        timeoutSeconds: call.timeoutSeconds,
        attempts: call.attempts,
      };
  }
}

/** Looks up a query that runs outside of any request. */
export function compilePoll(service: string, call: CallSpec & { kind: 'sql' }, shop: ShopComponents, sites: SpanSites) {
  return compileSql(service, call, { shop, sites, compiled: new Map() });
}

function compileSql(
  service: string,
  call: CallSpec & { kind: 'sql' },
  { shop, sites }: Context
): CompiledCall & { kind: 'sql' } {
  const database = call.database;
  const address = { 'db.system': 'postgresql', 'db.name': database, 'server.address': database, 'server.port': 5432 };
  return {
    kind: 'sql',
    edge: need(shop.edges, `${service} ${database}`),
    database: need(shop.databases, database),
    poolSite: sites.get(service, 'HikariPool getConnection', 'INTERNAL', {
      'db.client.connection.pool.name': database,
    }),
    queries: call.queries.map((query) => ({
      query,
      site: sites.get(service, `${query.verb} ${query.table}`, 'CLIENT', {
        ...address,
        'peer.service': database,
        'db.operation': query.verb,
        'db.sql.table': query.table,
        'db.statement': query.statement,
      }),
    })),
  };
}

function publishSite(service: string, sites: SpanSites): SpanSite {
  return sites.get(service, `${QUEUE.name} publish`, 'PRODUCER', {
    'messaging.system': 'kafka',
    'messaging.destination.name': QUEUE.name,
    'messaging.operation': 'publish',
    'server.address': QUEUE.name,
    'peer.service': QUEUE.name,
  });
}

function chargeSite(service: string, sites: SpanSites): SpanSite {
  return sites.get(service, 'POST /v1/charges', 'CLIENT', {
    'http.request.method': 'POST',
    'url.path': '/v1/charges',
    'server.address': PROVIDER.name,
    'server.port': 443,
    'peer.service': PROVIDER.name,
  });
}
