import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionInput } from '../action.ts';
import { kubernetesActions } from './index.ts';
import { kubernetesClient } from './kubernetes-client.ts';

const offline = { send: () => Promise.reject(new Error('no cluster')), close: () => Promise.resolve() };
const actions = kubernetesActions(kubernetesClient('here', offline));
const ajv = new Ajv2020({ strict: true, allErrors: false });

/** Names and numbers around every bound, and what people send to break things. */
const hostile = fc.constantFrom<unknown>(
  '-rf',
  '--help',
  '../secrets',
  'a/b',
  'a b',
  'A',
  'ä',
  '',
  ' ',
  '$(id)',
  '`id`',
  '{{x}}',
  "'; drop",
  '__proto__',
  'a\nb',
  'a\u0000b',
  '%2e%2e',
  '..',
  '.',
  'x'.repeat(254),
  'a'.repeat(64),
  null,
  true,
  [],
  {},
  -1,
  0,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '1'
);
interface Property {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Texts that are right where the schema gives a pattern only. */
const texts: Readonly<Record<string, readonly string[]>> = {
  cluster: ['here'],
  namespace: ['shop', 'pay'],
  name: ['orders', 'orders.v1', 'a-1'],
  container: ['app', 'proxy'],
  limit: ['512Mi', '1Gi', '16Mi', '64Gi', '1e9'],
  host: ['payment', 'payment.shop.svc.cluster.local'],
};

function fitting(
  name: string,
  { type, const: only, enum: values, minimum = 0, maximum = 0 }: Property
): fc.Arbitrary<unknown> {
  if (only !== undefined || values !== undefined) {
    return fc.constantFrom(...(values ?? [only]));
  }
  if (type === 'boolean') {
    return fc.boolean();
  }
  return type === 'string' ? fc.constantFrom(...(texts[name] ?? [])) : fc.constantFrom(minimum, maximum);
}

/** Inputs of an action: fields that fit, each broken with a probability of `hostility` in 20. */
function inputOf(action: (typeof actions)[number], hostility: 0 | 1): fc.Arbitrary<ActionInput> {
  const properties = Object.entries(action.inputSchema['properties'] as unknown as Record<string, Property>);
  const required = action.inputSchema['required'] as readonly string[];
  const fields = Object.fromEntries(
    properties.map(([name, schema]) => [
      name,
      fc.oneof({ weight: 20, arbitrary: fitting(name, schema) }, { weight: hostility, arbitrary: hostile }),
    ])
  );
  const extra = fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    { weight: hostility, arbitrary: fc.constantFrom('force', 'constructor', 'spec', 'command') }
  );
  return fc
    .tuple(fc.record(fields, { requiredKeys: [...required] }), extra)
    .map(([input, key]) => (key === undefined ? input : { ...input, [key]: 1 }) as ActionInput);
}

const accepts = (action: (typeof actions)[number], input: ActionInput): boolean => {
  try {
    action.target(input);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'PARAMETER_INVALID' });
    return false;
  }
};

describe.each(actions.map((action) => [action.name, action] as const))('the input of %s', (_, action) => {
  const validate = ajv.compile(action.inputSchema);

  it('is refused wherever its schema refuses it, and never for another reason than itself', () => {
    let taken = 0;
    fc.assert(
      fc.property(inputOf(action, 1), (input) => {
        const accepted = accepts(action, input);
        taken += accepted ? 1 : 0;
        expect(accepted && !validate(input)).toBe(false);
      }),
      { numRuns: 400 }
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('bounds every number and every text', () => {
    const properties = action.inputSchema['properties'] as unknown as Record<string, Property>;
    const open = Object.entries(properties).filter(([, { type, ...schema }]) => {
      const listed = schema.const !== undefined || schema.enum !== undefined || type === 'boolean';
      const short = schema.maxLength !== undefined || schema.pattern?.includes('{0,61}') === true;
      const bounded = type === 'string' ? short : schema.minimum !== undefined && schema.maximum !== undefined;
      return !listed && !bounded;
    });
    expect(open).toEqual([]);
  });

  it('names a target whose key tells namespaces and names apart', () => {
    fc.assert(
      fc.property(inputOf(action, 0), inputOf(action, 0), (one, other) => {
        fc.pre(accepts(action, one) && accepts(action, other));
        const [a, b] = [action.target(one), action.target(other)];
        const same = a.namespace === b.namespace && a.kind === b.kind && a.name === b.name;
        expect(a.key === b.key).toBe(same);
        expect(action.permissions(one).every(({ namespace }) => namespace === one['namespace'])).toBe(true);
      })
    );
  });

  it('puts nothing but checked names into its queries', () => {
    fc.assert(
      fc.property(inputOf(action, 0), (input) => {
        fc.pre(accepts(action, input));
        for (const { query, threshold } of action.defaultVerification(input)) {
          const values = [...query.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '');
          expect(values.filter((value) => !/^[a-zA-Z0-9.|_-]+(-\.\*)?$/.test(value))).toEqual([]);
          expect(Number.isFinite(threshold)).toBe(true);
        }
      })
    );
  });
});
