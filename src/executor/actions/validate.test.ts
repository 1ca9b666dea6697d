import { describe, expect, it } from 'vitest';
import type { ActionParameters, ActionTarget } from '#model';
import { ACTION_CATALOGUE } from './catalogue.ts';
import { targetKey, validateAction } from './validate.ts';

const deployment: ActionTarget = { kind: 'deployment', name: 'payment' };
const database: ActionTarget = { kind: 'database', name: 'orders-db' };
const edge: ActionTarget = { kind: 'edge', name: 'payment', peer: 'payment-provider' };

describe('the catalogue', () => {
  it.each([
    ['scale', deployment, { replicas: 1 }],
    ['scale', deployment, { replicas: 20 }],
    ['restart', { kind: 'database', name: 'users-db' }, {}],
    ['rollback', deployment, {}],
    ['rate-limit', edge, { requestsPerSecond: 0.5 + 0.5, durationSeconds: 60 }],
    ['circuit-break', edge, { durationSeconds: 3600 }],
    ['set-memory-limit', { kind: 'cache', name: 'redis' }, { limitBytes: 67_108_864 }],
    ['create-index', database, { table: 'orders', column: 'customer_id' }],
    ['notify', deployment, { message: 'Überlast im Bezahldienst: bitte prüfen (p99 > 3 s)' }],
  ] as const)('allows %s', (action, target, parameters) => {
    expect(validateAction(action, target, parameters).parameters).toEqual(parameters);
  });

  it.each([
    ['scale', deployment, { replicas: 0 }, /parameters\.replicas is 0; must be a whole number from 1 to 20 replicas/],
    ['scale', deployment, { replicas: 21 }, /parameters\.replicas/],
    ['scale', deployment, { replicas: 2.5 }, /parameters\.replicas/],
    ['scale', deployment, { replicas: '5' }, /parameters\.replicas/],
    ['scale', deployment, { replicas: Number.NaN }, /parameters\.replicas/],
    ['scale', deployment, { replicas: true }, /parameters\.replicas/],
    ['scale', deployment, {}, /parameters\.replicas is required/],
    ['scale', deployment, { replicas: 3, force: true }, /parameters\.force .*no such parameter/],
    ['scale', deployment, JSON.parse('{"replicas":3,"__proto__":{"a":1}}'), /__proto__/],
    ['scale', deployment, { replicas: 3, constructor: 'x' }, /parameters\.constructor/],
    ['scale', database, { replicas: 3 }, /target\.kind scale works on deployment, not on database/],
    ['rate-limit', deployment, { requestsPerSecond: 100 }, /parameters\.durationSeconds is required/],
    ['circuit-break', deployment, { durationSeconds: 60 }, /target\.kind/],
    ['circuit-break', { kind: 'edge', name: 'payment' }, { durationSeconds: 60 }, /target\.peer is required/],
    ['restart', { ...deployment, peer: 'x' }, {}, /target\.peer is for edges only/],
    ['set-memory-limit', deployment, { limitBytes: 1 }, /parameters\.limitBytes/],
  ] as const)('refuses %s on %o with %o', (action, target, parameters, message) => {
    expect(() => validateAction(action, target as ActionTarget, parameters as ActionParameters)).toThrow(message);
  });

  it.each([
    '-rf',
    '--files0-from=x',
    '../etc/passwd',
    'a b',
    'orders;drop table orders',
    '__proto__',
    "o'r",
    'orders"',
    'Ördersß',
    'a\nb',
    'a\u0000b',
    '',
    ' ',
    '$(id)',
    '`id`',
    '{{ x }}',
    '%n',
    'x'.repeat(300),
    '__proto__;',
    '1abc;',
  ])('refuses %j as SQL name and as target name or text with control characters', (hostile) => {
    expect(() => validateAction('create-index', database, { table: hostile, column: 'a' })).toThrow(
      /parameters\.table/
    );
    expect(() => validateAction('restart', { kind: 'deployment', name: hostile }, {})).toThrow(/target\.name/);
  });

  it.each(['a\nb', 'a\u0000b', 'a\u001b[31mb', 'a\u2028b', 'a\tb', '', 'x'.repeat(501)])(
    'refuses %j as text',
    (hostile) => {
      expect(() => validateAction('notify', deployment, { message: hostile })).toThrow(/parameters\.message/);
    }
  );

  it('bounds every number and every text', () => {
    const open = ACTION_CATALOGUE.flatMap((entry) => entry.parameters).filter(
      (parameter) => parameter.maximum === undefined
    );
    expect(open).toEqual([]);
    expect(ACTION_CATALOGUE).toHaveLength(9);
  });

  it('tells targets apart, both ends of an edge included', () => {
    const keys = [deployment, database, edge, { ...edge, peer: 'x' }, { ...edge, name: 'x' }].map((target) =>
      targetKey(target)
    );
    expect(new Set(keys).size).toBe(5);
  });
});
