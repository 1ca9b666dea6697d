import type { ActionKind, ActionTarget } from '#model';
import { describe, expect, it } from 'vitest';
import { deployment, Lab } from '../shop/testing/lab.ts';
import { FAULT_CATALOGUE } from './index.ts';

const MIB = 1024 * 1024;

type Step = readonly [action: ActionKind, target: ActionTarget, parameters?: Readonly<Record<string, unknown>>];

interface Case {
  readonly fault: string;
  readonly right: Step;
  readonly wrong: readonly Step[];
  /** How bad the symptom is; what `healthy` does not exceed. */
  readonly symptom: (lab: Lab, steps?: number) => number;
  readonly healthy: number;
  readonly ill: number;
}

const orderFailures = (lab: Lab, steps?: number) => lab.errorRatio('order', steps);

const CASES: readonly Case[] = [
  {
    fault: 'missing-index',
    right: ['create-index', { kind: 'database', name: 'orders-db' }, { table: 'orders', column: 'customer_id' }],
    wrong: [
      ['restart', deployment('payment')],
      ['scale', deployment('payment'), { replicas: 4 }],
      ['scale', deployment('order'), { replicas: 5 }],
      ['restart', { kind: 'database', name: 'orders-db' }],
      ['create-index', { kind: 'database', name: 'orders-db' }, { table: 'orders', column: 'id' }],
    ],
    symptom: (lab) => lab.p99('checkout'),
    healthy: 0.07,
    ill: 2,
  },
  {
    fault: 'oom-crash-loop',
    right: ['set-memory-limit', deployment('inventory'), { limitBytes: 768 * MIB }],
    wrong: [
      ['scale', deployment('inventory'), { replicas: 5 }],
      ['restart', deployment('order')],
    ],
    symptom: orderFailures,
    healthy: 0.01,
    ill: 0.03,
  },
  {
    fault: 'bad-deploy',
    right: ['rollback', deployment('order')],
    wrong: [
      ['restart', deployment('order')],
      ['scale', deployment('order'), { replicas: 6 }],
      ['rollback', deployment('payment')],
    ],
    symptom: (lab) => lab.p99('checkout'),
    healthy: 0.07,
    ill: 0.2,
  },
  {
    fault: 'cpu-neighbour',
    right: ['scale', deployment('catalog'), { replicas: 6 }],
    wrong: [
      ['restart', deployment('catalog')],
      ['scale', deployment('gateway'), { replicas: 6 }],
    ],
    symptom: (lab) => lab.p99('catalog'),
    healthy: 0.07,
    ill: 0.5,
  },
  {
    fault: 'slow-edge',
    right: ['restart', deployment('shipping')],
    wrong: [
      ['restart', deployment('checkout')],
      ['scale', deployment('checkout'), { replicas: 6 }],
    ],
    symptom: (lab) => lab.p99('checkout'),
    healthy: 0.07,
    ill: 0.7,
  },
  {
    fault: 'dead-dependency',
    right: ['restart', { kind: 'database', name: 'users-db' }],
    wrong: [
      ['restart', deployment('user')],
      ['scale', deployment('user'), { replicas: 6 }],
    ],
    symptom: (lab) => lab.errorRatio('user'),
    healthy: 0.01,
    ill: 0.9,
  },
];

describe.each(CASES)('$fault', ({ fault, right, wrong, symptom, healthy, ill }) => {
  it('shows within two minutes and is gone two minutes after the right action', () => {
    const lab = new Lab().minutes(3);
    expect(symptom(lab)).toBeLessThan(healthy);
    lab.inject(fault).minutes(2);
    expect(symptom(lab)).toBeGreaterThan(ill);
    lab.act(...right).minutes(2);
    expect(symptom(lab)).toBeLessThan(healthy);
  });

  it.each(wrong.map((step) => ({ step })))('is not cured by $step', ({ step }) => {
    const lab = new Lab().minutes(1).inject(fault).minutes(2);
    lab.act(...step).minutes(5);
    expect(symptom(lab, 12)).toBeGreaterThan(ill);
  });

  it('ends when it is deleted', () => {
    const lab = new Lab().minutes(1).inject(fault).minutes(2);
    lab.faults.reset();
    expect(lab.faults.active).toEqual([]);
    lab.minutes(2);
    expect(symptom(lab)).toBeLessThan(healthy);
  });
});

describe('missing-index', () => {
  it('shows at orders-db alone what explains it', () => {
    const lab = new Lab().minutes(3);
    const before = lab.sink.rate('container_cpu_usage_seconds_total', { container: 'orders-db' });
    lab.inject('missing-index').minutes(3);
    expect(lab.sink.rate('pg_stat_user_tables_seq_scan', { server: 'orders-db', relname: 'orders' })).toBeGreaterThan(
      15
    );
    expect(lab.sink.rate('container_cpu_usage_seconds_total', { container: 'orders-db' })).toBeGreaterThan(10 * before);
    expect(lab.sink.sum('pg_stat_activity_count', { server: 'orders-db', state: 'active' })).toBeGreaterThan(8);
    for (const container of ['payment', 'order', 'checkout']) {
      expect(lab.sink.rate('container_cpu_usage_seconds_total', { container })).toBeLessThan(0.12);
    }
    expect(lab.p99('catalog')).toBeLessThan(0.05);
    expect(lab.sink.lines.some(({ line }) => line.includes('drops index orders_customer_id_idx'))).toBe(true);
  });

  it.each([4, 10, 19])('takes payment from about 30 ms to seconds at %i o’clock', (hour) => {
    const lab = new Lab(2, Date.UTC(2026, 10, 18, hour)).minutes(2).inject('missing-index').minutes(3);
    expect(lab.p99('payment')).toBeGreaterThan(2);
    expect(lab.p99('payment')).toBeLessThan(5);
  });

  it('gets faster when payment is limited, at the price of refusals', () => {
    const lab = new Lab().minutes(1).inject('missing-index').minutes(3);
    const before = lab.p99('payment');
    lab.act('rate-limit', deployment('payment'), { requestsPerSecond: 8, durationSeconds: 600 }).minutes(3);
    expect(lab.p99('payment')).toBeLessThan(0.8 * before);
    expect(lab.errorRatio('checkout')).toBeGreaterThan(0.3);
  });

  it('gets worse when order is scaled to more connections than orders-db allows', () => {
    const lab = new Lab().minutes(1).inject('missing-index').minutes(3);
    expect(lab.errorRatio('checkout')).toBeLessThan(0.05);
    lab.act('scale', deployment('order'), { replicas: 10 }).minutes(3);
    expect(lab.errorRatio('checkout')).toBeGreaterThan(0.1);
  });
});

describe('triple', () => {
  const poolTimeouts = (lab: Lab) => lab.sink.rate('db_client_connections_timeouts_total', { service_name: 'payment' });
  const redisRejections = (lab: Lab) => lab.sink.rate('redis_rejected_connections_total');
  const providerSuccess = (lab: Lab) =>
    lab.sink.rate('http_client_request_duration_seconds_count', { http_response_status_code: '200' }) /
    lab.sink.rate('http_client_request_duration_seconds_count');
  const cures: readonly Step[] = [
    ['restart', deployment('payment')],
    ['set-memory-limit', { kind: 'cache', name: 'redis' }, { limitBytes: 3072 * MIB }],
    [
      'rate-limit',
      { kind: 'edge', name: 'payment', peer: 'payment-provider' },
      { requestsPerSecond: 12, durationSeconds: 900 },
    ],
  ];

  it('shows pool, redis and provider at their measures', () => {
    const { sink } = new Lab().minutes(2).inject('triple').minutes(3);
    const lab = { sink } as Lab;
    const pool = { service_name: 'payment' };
    const used = sink.sum('db_client_connections_usage', { ...pool, state: 'used' });
    expect(used / sink.sum('db_client_connections_max', pool)).toBeGreaterThan(0.96);
    expect(poolTimeouts(lab)).toBeGreaterThan(1);
    expect(sink.sum('redis_memory_used_bytes') / sink.sum('redis_memory_max_bytes')).toBeCloseTo(0.971, 2);
    expect(redisRejections(lab)).toBeGreaterThan(1);
    expect(providerSuccess(lab)).toBeGreaterThan(0.42);
    expect(providerSuccess(lab)).toBeLessThan(0.65);
    const errors = (service: string, text: string) =>
      sink.lines.filter(({ labels, line }) => labels.service_name === service && line.includes(text)).length;
    expect(errors('payment', 'java.sql.SQLException: Connection is not available')).toBeGreaterThan(5);
    expect(errors('cart', 'Redis connection timeout')).toBeGreaterThan(5);
    expect(errors('payment', 'Stripe API rate limit exceeded')).toBeGreaterThan(5);
  });

  it('makes retries load the provider beyond what people ask for', () => {
    const lab = new Lab().minutes(3);
    const perPayment = () =>
      lab.sink.rate('http_client_request_duration_seconds_count') /
      lab.sink.rate('traces_spanmetrics_calls_total', { service: 'payment', span_kind: 'SPAN_KIND_SERVER' });
    expect(perPayment()).toBeLessThan(1.05);
    lab.inject('triple').minutes(3);
    expect(perPayment()).toBeGreaterThan(1.2);
  });

  it.each([0, 1, 2])('keeps the other two after cure %i', (index) => {
    const lab = new Lab().minutes(2).inject('triple').minutes(2);
    const cure = cures[index];
    if (cure) {
      lab.act(...cure).minutes(3);
    }
    expect(poolTimeouts(lab) > 1).toBe(index !== 0);
    expect(redisRejections(lab) > 1).toBe(index !== 1);
    expect(providerSuccess(lab) < 0.7).toBe(index !== 2);
  });

  it('is over after all three', () => {
    const lab = new Lab().minutes(2).inject('triple').minutes(2);
    expect(lab.errorRatio('checkout')).toBeGreaterThan(0.3);
    cures.forEach((cure) => lab.act(...cure));
    lab.minutes(2);
    expect(lab.errorRatio('checkout')).toBeLessThan(0.01);
    expect(lab.p99('checkout')).toBeLessThan(0.07);
  });

  it('comes back when the limit towards the provider expires, and redis fills up again after a restart', () => {
    const lab = new Lab().minutes(2).inject('triple').minutes(2);
    const edge: ActionTarget = { kind: 'edge', name: 'payment', peer: 'payment-provider' };
    lab.act('rate-limit', edge, { requestsPerSecond: 12, durationSeconds: 60 });
    lab.act('restart', { kind: 'cache', name: 'redis' });
    lab.minutes(4);
    expect(providerSuccess(lab)).toBeLessThan(0.7);
    expect(redisRejections(lab)).toBeGreaterThan(1);
  });
});

describe('what is no fault', () => {
  it.each([
    ['traffic-surge', 1.7],
    ['nothing', 0.9],
  ])('%s leaves latency and errors as they were', (fault, growth) => {
    const lab = new Lab(4, Date.UTC(2026, 10, 18, 19)).minutes(3);
    const rate = () =>
      lab.sink.rate('traces_spanmetrics_calls_total', { service: 'gateway', span_kind: 'SPAN_KIND_SERVER' });
    const before = rate();
    lab.inject(fault).minutes(5);
    expect(rate()).toBeGreaterThan(growth * before);
    for (const service of ['gateway', 'checkout', 'payment', 'catalog', 'user']) {
      expect(lab.p99(service)).toBeLessThan(0.07);
      expect(lab.errorRatio(service)).toBeLessThan(0.008);
    }
  });
});

describe('FaultBoard', () => {
  it('names only existing services as causes and has one entry per id', () => {
    const { components } = new Lab().shop;
    const known = new Set([
      ...components.deployments.keys(),
      ...components.databases.keys(),
      'redis',
      'orders-queue',
      'payment-provider',
    ]);
    expect(new Set(FAULT_CATALOGUE.map((fault) => fault.id)).size).toBe(FAULT_CATALOGUE.length);
    for (const fault of FAULT_CATALOGUE) {
      expect(known).toContain(fault.symptom);
      fault.causes.forEach((cause) => expect(known).toContain(cause));
      expect(fault.fault).toBe(fault.causes.length > 0);
    }
  });

  it('ends a fault after its duration', () => {
    const lab = new Lab();
    lab.faults.inject('dead-dependency', 1, lab.shop.simulatedMs, 90);
    lab.minutes(1);
    expect(lab.faults.active).toHaveLength(1);
    lab.minutes(2);
    expect(lab.faults.active).toEqual([]);
    expect(lab.errorRatio('user')).toBeLessThan(0.01);
  });

  it('refuses unknown and doubled faults', () => {
    const lab = new Lab().inject('missing-index');
    expect(() => lab.inject('missing-index')).toThrow(/active already/);
    expect(() => lab.inject('meteor')).toThrow(/no fault "meteor"/);
    expect(() => lab.faults.end('triple')).toThrow(/not active/);
  });

  it('can be ended before it began', () => {
    const lab = new Lab().inject('missing-index');
    lab.faults.end('missing-index');
    lab.minutes(1);
    expect(lab.sink.rate('pg_stat_user_tables_seq_scan', { server: 'orders-db' }, 3)).toBe(0);
  });

  it('drops a fault that an action has cured', () => {
    const lab = new Lab().minutes(1).inject('bad-deploy').minutes(1);
    lab.act('rollback', deployment('order')).minutes(2);
    expect(lab.faults.active).toEqual([]);
  });
});
