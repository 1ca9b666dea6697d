import type { ActionKind, ActionTarget } from '#model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShopError } from '../errors.ts';
import { deployment, Lab } from '../testing/lab.ts';
import { parseActionRequest, parseTarget } from './action-request.ts';

const MIB = 1024 * 1024;
const order = deployment('order');
const ordersDb: ActionTarget = { kind: 'database', name: 'orders-db' };
const redis: ActionTarget = { kind: 'cache', name: 'redis' };
const edge: ActionTarget = { kind: 'edge', name: 'payment', peer: 'payment-provider' };

function request(action: ActionKind, target: ActionTarget, parameters: object = {}, more: object = {}) {
  return parseActionRequest({ action, target, parameters, operationId: `${action}-1`, ...more });
}

function attempt(parse: () => ActionTarget): string | ShopError {
  try {
    const { kind, name } = parse();
    return `${kind}/${name}`;
  } catch (error) {
    if (error instanceof ShopError) {
      return error;
    }
    throw error;
  }
}

describe('targets', () => {
  it.each([
    [order, { replicas: 3, readyReplicas: 3, version: '2.4.0', memoryLimitBytes: 768 * MIB, rateLimitPerSecond: null }],
    [ordersDb, { maxConnections: 400, indexes: { orders: ['customer_id', 'id'], stock: ['sku'] } }],
    [redis, { memoryLimitBytes: 2048 * MIB }],
    [edge, { rateLimitPerSecond: null, circuitBreaker: false }],
  ])('shows %o', (target, spec) => {
    const view = new Lab().platform.read(target);
    expect(view).toMatchObject({ ...target, version: '1', spec });
    expect(view.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [{ kind: 'deployment', name: 'nope' }],
    [{ kind: 'database', name: 'redis' }],
    [{ kind: 'cache', name: 'orders-db' }],
    [{ kind: 'edge', name: 'payment', peer: 'shipping' }],
  ] as const)('does not know %o', (target) => {
    expect(() => new Lab().platform.read(target)).toThrow(expect.objectContaining({ code: 'SHOP_TARGET_UNKNOWN' }));
  });
});

describe('actions', () => {
  it('previews without effect', () => {
    const lab = new Lab();
    const reply = lab.platform.act(request('scale', order, { replicas: 6 }, { dryRun: true }), lab.shop.simulatedMs);
    expect(reply).toMatchObject({ applied: false, version: '1' });
    expect(reply.diff).toBe('deployment order\n- replicas: 3\n+ replicas: 6');
    lab.minutes(1);
    expect(lab.platform.read(order)).toMatchObject({ version: '1', spec: { replicas: 3 } });
  });

  it('changes the shop, raises the version and announces the change', () => {
    const lab = new Lab();
    const reply = lab.platform.act(
      request('scale', order, { replicas: 6 }, { expectedVersion: '1' }),
      lab.shop.simulatedMs
    );
    expect(reply).toMatchObject({ applied: true, version: '2' });
    expect(lab.platform.read(order).spec).toMatchObject({ replicas: 6, readyReplicas: 3 });
    lab.minutes(1);
    expect(lab.platform.read(order).spec).toMatchObject({ replicas: 6, readyReplicas: 6 });
    expect(lab.sink.sum('kube_deployment_status_replicas_available', { deployment: 'order' })).toBe(6);
    const changes = lab.sink.lines.filter((line) => line.labels.job === 'change-events');
    expect(changes.map((line) => JSON.parse(line.line))).toMatchObject([{ kind: 'scale', service: 'order' }]);
  });

  it('gives the same answer to the same operation, without a second effect', () => {
    const lab = new Lab();
    const once = request('restart', order, {}, { expectedVersion: '1' });
    const first = lab.platform.act(once, lab.shop.simulatedMs);
    const pods = () => lab.shop.components.deployments.get('order')?.pods.map((pod) => pod.name);
    lab.minutes(1);
    const restarted = pods();
    expect(lab.platform.act(once, lab.shop.simulatedMs)).toEqual(first);
    lab.minutes(1);
    expect(pods()).toEqual(restarted);
    expect(lab.platform.read(order).version).toBe('2');
    expect(() => lab.platform.act({ ...once, action: 'rollback' }, lab.shop.simulatedMs)).toThrow(
      expect.objectContaining({ code: 'SHOP_OPERATION_REUSED', status: 409 })
    );
  });

  it('refuses an outdated version', () => {
    const lab = new Lab().inject('bad-deploy').minutes(1);
    expect(() =>
      lab.platform.act(request('rollback', order, {}, { expectedVersion: '1' }), lab.shop.simulatedMs)
    ).toThrow(expect.objectContaining({ code: 'SHOP_VERSION_CONFLICT', status: 409 }));
  });

  it('says when nothing would change', () => {
    const lab = new Lab();
    const reply = lab.platform.act(
      request('create-index', ordersDb, { table: 'orders', column: 'customer_id' }),
      lab.shop.simulatedMs
    );
    expect(reply).toMatchObject({ applied: true, diff: 'no change', version: '1' });
  });

  it('lifts temporary limits by itself', () => {
    const lab = new Lab();
    lab.act('rate-limit', edge, { requestsPerSecond: 5, durationSeconds: 60 });
    lab.act('circuit-break', { kind: 'edge', name: 'gateway', peer: 'catalog' }, { durationSeconds: 30 });
    lab.shop.step();
    expect(lab.platform.read(edge).spec).toMatchObject({ rateLimitPerSecond: 5 });
    lab.minutes(2);
    expect(lab.platform.read(edge).spec).toMatchObject({ rateLimitPerSecond: null });
    expect(lab.platform.read({ kind: 'edge', name: 'gateway', peer: 'catalog' }).spec).toMatchObject({
      circuitBreaker: false,
    });
  });

  it('does not let an older limit lift a newer one', () => {
    const lab = new Lab();
    lab.act('rate-limit', edge, { requestsPerSecond: 5, durationSeconds: 60 }).minutes(0.5);
    lab.act('rate-limit', edge, { requestsPerSecond: 9, durationSeconds: 600 }).minutes(2);
    expect(lab.platform.read(edge).spec).toMatchObject({ rateLimitPerSecond: 9 });
  });

  it('sheds load with a circuit breaker while its callee fails', () => {
    const lab = new Lab().minutes(1).inject('dead-dependency').minutes(1);
    const sent = () =>
      lab.sink.rate('traces_spanmetrics_calls_total', { service: 'user', span_kind: 'SPAN_KIND_SERVER' });
    const before = sent();
    lab.act('circuit-break', { kind: 'edge', name: 'gateway', peer: 'user' }, { durationSeconds: 600 }).minutes(2);
    expect(sent()).toBeLessThan(0.9 * before);
    expect(lab.errorRatio('user')).toBeGreaterThan(0.5);
  });

  it('marks what it changed, until somebody else changes it', () => {
    const lab = new Lab();
    expect(lab.platform.read(order).operationId).toBeUndefined();
    lab.platform.act(request('scale', order, { replicas: 6 }), lab.shop.simulatedMs);
    expect(lab.platform.read(order).operationId).toBe('scale-1');
    expect(lab.platform.operation('scale-1')).toMatchObject({ applied: true, version: '2' });
    expect(lab.platform.operation('scale-2')).toBeUndefined();
    lab.inject('bad-deploy').minutes(1);
    expect(lab.platform.read(order).operationId).toBeUndefined();
  });

  it.each([
    ['scale', order, { replicas: 6 }],
    ['set-memory-limit', order, { limitBytes: 900 * MIB }],
    ['set-memory-limit', redis, { limitBytes: 3000 * MIB }],
    ['rate-limit', edge, { requestsPerSecond: 5, durationSeconds: 3600 }],
    ['circuit-break', edge, { durationSeconds: 3600 }],
  ] as const)('takes %s of %o back, once', (action, target, parameters) => {
    const lab = new Lab();
    const before = lab.platform.read(target).spec;
    lab.platform.act(request(action, target, parameters), lab.shop.simulatedMs);
    lab.minutes(2);
    const { version, spec } = lab.platform.read(target);
    const back = { target, spec: before, operationId: 'undo-1', expectedVersion: version };
    const reply = lab.platform.restore(back, lab.shop.simulatedMs);
    expect(reply).toMatchObject({ applied: true });
    expect(spec).not.toEqual(before);
    lab.minutes(2);
    const { previousVersion: _p, ...now } = lab.platform.read(target).spec;
    const { previousVersion: _q, ...then } = before;
    expect(now).toEqual(then);
    expect(lab.platform.restore(back, lab.shop.simulatedMs)).toEqual(reply);
    const late = { ...back, operationId: 'undo-2' };
    expect(() => lab.platform.restore(late, lab.shop.simulatedMs)).toThrow(
      expect.objectContaining({ code: 'SHOP_VERSION_CONFLICT' })
    );
  });

  it('takes a rollback back', () => {
    const lab = new Lab().inject('bad-deploy').minutes(1);
    const bad = lab.platform.read(order).spec;
    lab.platform.act(request('rollback', order), lab.shop.simulatedMs);
    lab.minutes(2);
    const { version, spec } = lab.platform.read(order);
    expect(spec.version).not.toBe(bad.version);
    const back = { target: order, spec: bad, operationId: 'undo-1', expectedVersion: version };
    lab.platform.restore(back, lab.shop.simulatedMs);
    lab.minutes(2);
    expect(lab.platform.read(order).spec.version).toBe(bad.version);
  });

  it.each([
    [{ replicas: 0 }, 'replicas'],
    [{ memoryLimitBytes: 'much' }, 'memoryLimitBytes'],
    [{ version: '' }, 'version'],
  ])('refuses to put back %o', (spec, field) => {
    const lab = new Lab();
    const back = { target: order, spec, operationId: 'undo-1', expectedVersion: '1' };
    expect(() => lab.platform.restore(back, lab.shop.simulatedMs)).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(field) as string })
    );
  });

  it('is undone by a reset', () => {
    const lab = new Lab();
    lab.act('scale', order, { replicas: 9 }).act('set-memory-limit', redis, { limitBytes: 3000 * MIB });
    lab.act('rate-limit', deployment('payment'), { requestsPerSecond: 1, durationSeconds: 3600 }).minutes(2);
    expect(lab.errorRatio('checkout')).toBeGreaterThan(0.5);
    lab.faults.reset();
    lab.minutes(2);
    expect(lab.platform.read(order).spec).toMatchObject({ replicas: 3, readyReplicas: 3 });
    expect(lab.platform.read(redis).spec).toMatchObject({ memoryLimitBytes: 2048 * MIB });
    expect(lab.errorRatio('checkout')).toBeLessThan(0.01);
  });

  it('loses capacity for a while when it restarts', () => {
    const lab = new Lab().minutes(1);
    lab.act('restart', deployment('catalog'));
    lab.shop.step();
    expect(lab.platform.read(deployment('catalog')).spec).toMatchObject({ replicas: 3, readyReplicas: 1 });
    lab.minutes(1);
    expect(lab.platform.read(deployment('catalog')).spec).toMatchObject({ readyReplicas: 3 });
  });
});

describe('input', () => {
  it.each([
    [{ action: 'explode' }, 'action'],
    [{ target: { kind: 'pod', name: 'order' } }, 'target.kind'],
    [{ target: { kind: 'deployment', name: '../etc' } }, 'target.name'],
    [{ target: { kind: 'edge', name: 'payment' } }, 'target.peer'],
    [{ target: { kind: 'deployment', name: 'order', peer: 'x' } }, 'target.peer'],
    [{ target: 5 }, 'target.kind'],
    [{ parameters: [] }, 'parameters'],
    [{ operationId: undefined }, 'operationId'],
    [{ operationId: 'a b' }, 'operationId'],
    [{ expectedVersion: 1 }, 'expectedVersion'],
    [{ dryRun: 'yes' }, 'dryRun'],
  ])('refuses %o and names the field', (change, field) => {
    const body = { action: 'restart', target: order, operationId: 'x', ...change };
    expect(() => parseActionRequest(body)).toThrow(
      expect.objectContaining({ code: 'SHOP_PARAMETER_INVALID', message: expect.stringContaining(field) as string })
    );
  });

  it.each([
    ['scale', order, { replicas: 0 }, 'replicas'],
    ['scale', order, { replicas: 2.5 }, 'replicas'],
    ['scale', order, { replicas: 21 }, 'replicas'],
    ['scale', order, {}, 'replicas'],
    ['rate-limit', order, { requestsPerSecond: 0, durationSeconds: 60 }, 'requestsPerSecond'],
    ['rate-limit', order, { requestsPerSecond: 10, durationSeconds: 59 }, 'durationSeconds'],
    ['circuit-break', edge, { durationSeconds: 3601 }, 'durationSeconds'],
    ['set-memory-limit', redis, { limitBytes: 1 }, 'limitBytes'],
    ['create-index', ordersDb, { table: 'users; drop', column: 'id' }, 'table'],
    ['create-index', ordersDb, { table: 'orders', column: 'nope' }, 'column'],
    ['notify', order, { message: '' }, 'message'],
  ] as const)('refuses %s of %o with %o', (action, target, parameters, field) => {
    const lab = new Lab();
    expect(() => lab.platform.act(request(action, target, parameters), lab.shop.simulatedMs)).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(field) as string })
    );
  });

  it.each([
    ['scale', ordersDb, { replicas: 2 }],
    ['restart', edge, {}],
    ['rollback', redis, {}],
    ['rate-limit', ordersDb, { requestsPerSecond: 10, durationSeconds: 60 }],
    ['circuit-break', order, { durationSeconds: 60 }],
    ['set-memory-limit', ordersDb, { limitBytes: 512 * MIB }],
    ['create-index', order, { table: 'orders', column: 'id' }],
  ] as const)('does not apply %s to %o', (action, target, parameters) => {
    const lab = new Lab();
    expect(() => lab.platform.act(request(action, target, parameters), lab.shop.simulatedMs)).toThrow(
      expect.objectContaining({ code: 'SHOP_ACTION_UNSUPPORTED' })
    );
  });

  it('never accepts anything but a target, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const outcome = attempt(() => parseTarget(value));
        expect([true, 'SHOP_PARAMETER_INVALID']).toContain(
          outcome instanceof ShopError ? outcome.code : /^(deployment|database|cache|edge)\/[a-z0-9._-]+$/.test(outcome)
        );
      })
    );
  });
});
