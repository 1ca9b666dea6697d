import type { EdgeKind, ServiceKind } from '#model';

const MIB = 1024 * 1024;

/** Figures of a deployment before anyone changes it. */
export interface DeploymentSpec {
  readonly name: string;
  readonly replicas: number;
  /** CPU limit of one pod, in cores. */
  readonly coresPerPod: number;
  /** Requests that one pod works on at a time. */
  readonly workersPerPod: number;
  readonly memoryLimitBytes: number;
  /** Working set of a warm pod. */
  readonly memoryDemandBytes: number;
  readonly version: string;
}

/** Figures of a PostgreSQL server before anyone changes it. */
export interface DatabaseSpec {
  readonly name: string;
  readonly cores: number;
  readonly maxConnections: number;
  readonly memoryLimitBytes: number;
  readonly tables: readonly TableSpec[];
}

/** A table; `columns` lists what queries look rows up by, `indexed` which of them have an index. */
export interface TableSpec {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly indexed: readonly string[];
}

/** One SQL statement. With an index on `lookup` it costs `cpuSeconds`, without one a sequential scan of the table. */
export interface QuerySpec {
  readonly queryId: string;
  readonly table: string;
  readonly verb: 'SELECT' | 'INSERT' | 'UPDATE';
  readonly statement: string;
  readonly lookup?: string;
  readonly cpuSeconds: number;
}

/** One thing that an operation does, in order. `probability` defaults to 1, `attempts` to 1. */
export type CallSpec =
  | {
      readonly kind: 'http';
      /** `service route`, as in `OperationSpec`. */
      readonly to: string;
      readonly timeoutSeconds: number;
      readonly attempts?: number;
    }
  | { readonly kind: 'sql'; readonly database: string; readonly queries: readonly QuerySpec[] }
  | {
      readonly kind: 'redis';
      readonly command: string;
      /** Without it, a failure fails the operation. */
      readonly optional?: boolean;
      readonly attempts?: number;
      /** What a lookup that found nothing, or an optional one that failed, leads to. */
      readonly onMiss?: readonly CallSpec[];
    }
  | { readonly kind: 'publish' }
  | { readonly kind: 'charge'; readonly timeoutSeconds: number; readonly attempts: number };

/** An entry point of a deployment. `cpuSeconds` is the median of a log-normal with `sigma`. */
export interface OperationSpec {
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'CONSUME';
  readonly route: string;
  readonly cpuSeconds: number;
  readonly sigma: number;
  readonly calls: readonly CallSpec[];
}

/** What people ask for, as share of all requests. */
export interface EntrySpec {
  readonly route: string;
  readonly share: number;
}

/** Connections that one pod of a deployment keeps to its database. */
export const POOL_SIZE_PER_POD = 24;
/** How long a request waits for a connection of the pool. */
export const POOL_TIMEOUT_SECONDS = 1.5;

const deployment = (
  name: string,
  replicas: number,
  coresPerPod: number,
  memoryMib: number,
  version: string
): DeploymentSpec => ({
  name,
  replicas,
  coresPerPod,
  workersPerPod: 64,
  memoryLimitBytes: memoryMib * MIB,
  memoryDemandBytes: memoryMib * MIB * 0.6,
  version,
});

export const DEPLOYMENTS: readonly DeploymentSpec[] = [
  deployment('gateway', 3, 0.4, 512, '1.18.2'),
  deployment('checkout', 3, 0.25, 512, '3.7.0'),
  deployment('order', 3, 0.25, 768, '2.4.0'),
  deployment('payment', 3, 0.25, 768, '5.2.1'),
  deployment('inventory', 3, 0.25, 512, '1.9.4'),
  deployment('user', 2, 0.25, 384, '4.0.3'),
  deployment('recommendation', 2, 0.4, 1024, '0.12.7'),
  deployment('cart', 2, 0.25, 384, '2.1.5'),
  deployment('catalog', 3, 0.5, 768, '6.3.0'),
  deployment('search', 2, 0.4, 1024, '1.4.1'),
  deployment('shipping', 2, 0.25, 256, '1.1.9'),
  deployment('notification-worker', 2, 0.25, 256, '1.3.2'),
];

export const DATABASES: readonly DatabaseSpec[] = [
  {
    name: 'orders-db',
    cores: 16,
    maxConnections: 400,
    memoryLimitBytes: 16_384 * MIB,
    tables: [
      { name: 'orders', rows: 10_000_000, columns: ['id', 'customer_id'], indexed: ['id', 'customer_id'] },
      { name: 'payments', rows: 9_400_000, columns: ['id', 'order_id'], indexed: ['id', 'order_id'] },
      { name: 'stock', rows: 80_000, columns: ['sku'], indexed: ['sku'] },
    ],
  },
  {
    name: 'catalog-db',
    cores: 4,
    maxConnections: 300,
    memoryLimitBytes: 4096 * MIB,
    tables: [{ name: 'products', rows: 120_000, columns: ['id', 'category'], indexed: ['id', 'category'] }],
  },
  {
    name: 'users-db',
    cores: 4,
    maxConnections: 300,
    memoryLimitBytes: 4096 * MIB,
    tables: [{ name: 'users', rows: 5_000_000, columns: ['id', 'email'], indexed: ['id', 'email'] }],
  },
];

const query = (
  queryId: string,
  table: string,
  verb: QuerySpec['verb'],
  statement: string,
  cpuSeconds: number,
  lookup?: string
): QuerySpec => ({ queryId, table, verb, statement, cpuSeconds, ...(lookup === undefined ? {} : { lookup }) });

const ORDERS_BY_CUSTOMER = query(
  '7203518846126401921',
  'orders',
  'SELECT',
  'SELECT id, total, status FROM orders WHERE customer_id = $1 AND status = $2',
  0.0009,
  'customer_id'
);

/** What the outbox poller of every `order` pod runs once per second. */
export const POLL_QUERY = query(
  '4410275093318866124',
  'orders',
  'SELECT',
  'SELECT id FROM orders WHERE customer_id = ANY($1) AND exported_at IS NULL',
  0.0012,
  'customer_id'
);

const get = (service: string, route: string, cpuSeconds: number, sigma: number, calls: readonly CallSpec[]) =>
  ({ service, method: 'GET', route, cpuSeconds, sigma, calls }) as const satisfies OperationSpec;
const post = (service: string, route: string, cpuSeconds: number, sigma: number, calls: readonly CallSpec[]) =>
  ({ service, method: 'POST', route, cpuSeconds, sigma, calls }) as const satisfies OperationSpec;
const http = (to: string, timeoutSeconds: number, attempts = 1): CallSpec => ({
  kind: 'http',
  to,
  timeoutSeconds,
  attempts,
});
const sql = (database: string, ...queries: readonly QuerySpec[]): CallSpec => ({ kind: 'sql', database, queries });

const SELECT_STOCK = query(
  '2987110450012765508',
  'stock',
  'SELECT',
  'SELECT quantity FROM stock WHERE sku = $1',
  0.0007,
  'sku'
);
const RESERVE_STOCK = query(
  '6650918273645546372',
  'stock',
  'UPDATE',
  'UPDATE stock SET reserved = reserved + $1 WHERE sku = $2',
  0.0012,
  'sku'
);
const INSERT_ORDER = query(
  '1180339887498948482',
  'orders',
  'INSERT',
  'INSERT INTO orders (id, customer_id, total, status) VALUES ($1, $2, $3, $4)',
  0.0014
);
const MARK_PAID = query(
  '5577006791947779410',
  'orders',
  'UPDATE',
  'UPDATE orders SET status = $1 WHERE id = $2',
  0.0012,
  'id'
);
const INSERT_PAYMENT = query(
  '8674665223082153551',
  'payments',
  'INSERT',
  'INSERT INTO payments (id, order_id, amount, provider_ref) VALUES ($1, $2, $3, $4)',
  0.0014
);
const ORDER_BY_ID = query(
  '6129484611666145821',
  'orders',
  'SELECT',
  'SELECT id, customer_id, total FROM orders WHERE id = $1',
  0.0006,
  'id'
);
const PRODUCT_BY_ID = query(
  '4037200794235010051',
  'products',
  'SELECT',
  'SELECT * FROM products WHERE id = $1',
  0.0008,
  'id'
);
const PRODUCTS_BY_CATEGORY = query(
  '3916589616287113937',
  'products',
  'SELECT',
  'SELECT id, name, price FROM products WHERE category = $1 ORDER BY rank LIMIT $2',
  0.0022,
  'category'
);
const USER_BY_ID = query(
  '6334824724549167320',
  'users',
  'SELECT',
  'SELECT id, name, email FROM users WHERE id = $1',
  0.0007,
  'id'
);

const PRODUCT = 'catalog /products/{id}';

export const OPERATIONS: readonly OperationSpec[] = [
  post('gateway', '/api/checkout', 0.0009, 0.35, [http('checkout /checkout', 10)]),
  get('gateway', '/api/products/{id}', 0.0007, 0.35, [http(PRODUCT, 2)]),
  get('gateway', '/api/search', 0.0008, 0.35, [http('catalog /search', 2)]),
  get('gateway', '/api/users/me', 0.0007, 0.35, [http('user /users/{id}', 2)]),
  get('gateway', '/api/recommendations', 0.0007, 0.35, [http('recommendation /recommendations', 2)]),
  get('gateway', '/api/cart', 0.0007, 0.35, [http('cart /carts/{id}', 2)]),
  post('checkout', '/checkout', 0.0011, 0.35, [
    http('cart /carts/{id}', 1, 2),
    http('shipping /quotes', 3),
    http('order /orders', 8),
  ]),
  post('order', '/orders', 0.0014, 0.35, [
    http('inventory /reservations', 2, 2),
    sql('orders-db', INSERT_ORDER),
    http('payment /payments', 6),
    sql('orders-db', MARK_PAID),
    { kind: 'publish' },
  ]),
  post('payment', '/payments', 0.0015, 0.35, [
    { kind: 'redis', command: 'SETNX', optional: true },
    { kind: 'charge', timeoutSeconds: 3, attempts: 2 },
    sql('orders-db', ORDERS_BY_CUSTOMER, INSERT_PAYMENT),
  ]),
  post('inventory', '/reservations', 0.0012, 0.35, [
    { kind: 'redis', command: 'GET', optional: true, onMiss: [sql('orders-db', SELECT_STOCK)] },
    sql('orders-db', RESERVE_STOCK),
  ]),
  get('user', '/users/{id}', 0.001, 0.35, [sql('users-db', USER_BY_ID)]),
  get('recommendation', '/recommendations', 0.004, 0.4, [
    { kind: 'redis', command: 'ZRANGE', optional: true, onMiss: [http(PRODUCT, 1)] },
  ]),
  get('cart', '/carts/{id}', 0.0009, 0.35, [{ kind: 'redis', command: 'HGETALL', attempts: 2 }]),
  get('catalog', '/products/{id}', 0.0058, 0.35, [sql('catalog-db', PRODUCT_BY_ID)]),
  get('catalog', '/search', 0.0058, 0.35, [http('search /query', 1.5, 2), sql('catalog-db', PRODUCT_BY_ID)]),
  get('search', '/query', 0.0035, 0.4, [sql('catalog-db', PRODUCTS_BY_CATEGORY)]),
  post('shipping', '/quotes', 0.0018, 0.35, []),
  {
    service: 'notification-worker',
    method: 'CONSUME',
    route: 'orders-queue process',
    cpuSeconds: 0.003,
    sigma: 0.4,
    calls: [http('user /users/{id}', 1), sql('orders-db', ORDER_BY_ID)],
  },
];

/** Routes of the gateway and how often people use them; the shares add up to 1. */
export const ENTRIES: readonly EntrySpec[] = [
  { route: '/api/checkout', share: 0.2 },
  { route: '/api/products/{id}', share: 0.3 },
  { route: '/api/search', share: 0.15 },
  { route: '/api/users/me', share: 0.1 },
  { route: '/api/recommendations', share: 0.12 },
  { route: '/api/cart', share: 0.13 },
];

export const CACHE = { name: 'redis', maxMemoryBytes: 2048 * MIB, baselineRatio: 0.55, maxClients: 1000 } as const;
export const QUEUE = { name: 'orders-queue', consumer: 'notification-worker' } as const;
export const PROVIDER = { name: 'payment-provider', quotaPerSecond: 200 } as const;
/** The virtual client that every request comes from. Tempo names it so; it is not the deployment `user`. */
export const CLIENT = 'user';
export const NAMESPACE = 'shop';

/** Who looks after each workload. */
export const TEAMS: Readonly<Record<string, string>> = {
  gateway: 'edge',
  checkout: 'buying',
  cart: 'buying',
  order: 'orders',
  payment: 'orders',
  inventory: 'orders',
  shipping: 'orders',
  'notification-worker': 'orders',
  'orders-db': 'orders',
  user: 'accounts',
  'users-db': 'accounts',
  recommendation: 'discovery',
  catalog: 'discovery',
  search: 'discovery',
  'catalog-db': 'discovery',
};

/** Kind of every node of the shop. */
export function kindOf(name: string): ServiceKind | undefined {
  if (DEPLOYMENTS.some((spec) => spec.name === name)) {
    return 'service';
  }
  if (DATABASES.some((spec) => spec.name === name)) {
    return 'database';
  }
  const others: Readonly<Record<string, ServiceKind>> = {
    [CACHE.name]: 'cache',
    [QUEUE.name]: 'queue',
    [PROVIDER.name]: 'external',
  };
  return others[name];
}

/** A relation of the graph: who calls whom, and how Tempo's service graph classifies it. */
export interface EdgeSpec {
  readonly caller: string;
  readonly callee: string;
  readonly kind: EdgeKind;
}

/** Every edge that the operations imply, entry included, without duplicates. */
export function edgesOf(operations: readonly OperationSpec[]): readonly EdgeSpec[] {
  const edges = new Map<string, EdgeSpec>();
  const add = (caller: string, callee: string, kind: EdgeKind): void => {
    edges.set(`${caller} ${callee}`, { caller, callee, kind });
  };
  const visit = (caller: string, call: CallSpec): void => {
    switch (call.kind) {
      case 'http':
        return add(caller, call.to.slice(0, call.to.indexOf(' ')), 'http');
      case 'sql':
        return add(caller, call.database, 'database');
      case 'redis':
        add(caller, CACHE.name, 'database');
        return call.onMiss?.forEach((next) => visit(caller, next));
      case 'publish':
        return add(caller, QUEUE.name, 'messaging');
      case 'charge':
        return add(caller, PROVIDER.name, 'virtual');
    }
  };
  add(CLIENT, 'gateway', 'virtual');
  for (const operation of operations) {
    operation.calls.forEach((call) => visit(operation.service, call));
  }
  add(QUEUE.name, QUEUE.consumer, 'messaging');
  return [...edges.values()];
}
