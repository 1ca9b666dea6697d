import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationSeconds, quantityAmount } from './amounts.ts';
import { judgeValue } from './parameter-value.ts';
import { compilePattern } from './patterns.ts';
import { resolveParameters, tryParameters } from './resolve-parameters.ts';
import type { ParameterDeclaration } from './runbook.ts';
import { loadExample } from './testing/example.ts';
import { INJECTIONS } from './testing/injections.ts';

const NAMES: readonly ParameterDeclaration[] = [
  { type: 'dns1123' },
  { type: 'namespace' },
  { type: 'container' },
  { type: 'deployment' },
  { type: 'pod' },
];
const OTHERS: readonly ParameterDeclaration[] = [
  { type: 'enum', values: ['a', 'b'] },
  { type: 'string', maxLength: 64, pattern: '[a-z][a-z0-9]*(-[a-z0-9]+)*' },
  { type: 'quantity', max: '2Gi' },
  { type: 'duration', max: '1h' },
];

describe('a parameter', () => {
  it.each([...NAMES, ...OTHERS])('of type $type refuses every injection', (declaration) => {
    const accepted = INJECTIONS.filter(
      (hostile) => 'value' in judgeValue(declaration, hostile) || 'value' in judgeValue(declaration, hostile, true)
    );
    expect(accepted).toEqual([]);
  });

  it.each(['integer', 'number'] as const)('of type %s refuses every injection, also from labels', (type) => {
    const declaration = { type, min: -1e9, max: 1e9 };
    const numbers = ['NaN', 'Infinity', '0x10', '1e3', '1_000', '٣', '+1', '01', '1.', '9'.repeat(40)];
    const accepted = [...INJECTIONS, ...numbers].filter(
      (hostile) => 'value' in judgeValue(declaration, hostile) || 'value' in judgeValue(declaration, hostile, true)
    );
    expect(accepted).toEqual([]);
  });

  it.each<readonly [ParameterDeclaration, unknown, boolean]>([
    [{ type: 'namespace' }, 'shop', true],
    [{ type: 'namespace' }, 'shop.a', false],
    [{ type: 'namespace' }, 'a'.repeat(63), true],
    [{ type: 'namespace' }, 'a'.repeat(64), false],
    [{ type: 'pod' }, 'payment-7f9c.a', true],
    [{ type: 'service' }, 'Orders_DB.1', true],
    [{ type: 'service' }, '-orders', false],
    [{ type: 'integer', min: 1, max: 5 }, 1, true],
    [{ type: 'integer', min: 1, max: 5 }, 5, true],
    [{ type: 'integer', min: 1, max: 5 }, 0, false],
    [{ type: 'integer', min: 1, max: 5 }, 6, false],
    [{ type: 'integer', min: 1, max: 5 }, 2.5, false],
    [{ type: 'integer', min: 1, max: 5 }, '2', false],
    [{ type: 'integer', min: 1, max: 5 }, Number.NaN, false],
    [{ type: 'integer', min: 1, max: 5 }, true, false],
    [{ type: 'integer', min: 1, max: 5 }, [3], false],
    [{ type: 'number', min: 0, max: 1 }, 0.95, true],
    [{ type: 'number', min: 0, max: 1 }, Number.POSITIVE_INFINITY, false],
    [{ type: 'boolean' }, true, true],
    [{ type: 'boolean' }, 'true', false],
    [{ type: 'boolean' }, 1, false],
    [{ type: 'enum', values: ['a', 'b'] }, 'b', true],
    [{ type: 'enum', values: ['a', 'b'] }, 'B', false],
    [{ type: 'enum', values: ['a', 'b'] }, 'constructor', false],
    [{ type: 'quantity', min: '128Mi', max: '2Gi' }, '128Mi', true],
    [{ type: 'quantity', min: '128Mi', max: '2Gi' }, '2048Mi', true],
    [{ type: 'quantity', min: '128Mi', max: '2Gi' }, '2049Mi', false],
    [{ type: 'quantity', min: '128Mi', max: '2Gi' }, '127Mi', false],
    [{ type: 'quantity', max: '2Gi' }, '1.5Gi', false],
    [{ type: 'quantity', max: '2Gi' }, '0', false],
    [{ type: 'duration', min: '1m', max: '1h' }, '60s', true],
    [{ type: 'duration', min: '1m', max: '1h' }, '59s', false],
    [{ type: 'duration', max: '1h' }, '61m', false],
    [{ type: 'string', maxLength: 8, pattern: 'v[0-9]+([.][0-9]+)*' }, 'v1.3.0', true],
    [{ type: 'string', maxLength: 8, pattern: 'v[0-9]+([.][0-9]+)*' }, 'v1.3.0x', false],
    [{ type: 'string', maxLength: 8, pattern: 'v[0-9]+' }, 'v123456789', false],
  ])('%o with %o: %s', (declaration, value, accepted) => {
    expect('value' in judgeValue(declaration, value)).toBe(accepted);
  });

  it('never accepts anything that is not exactly of its grammar', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.jsonValue(),
      fc.constantFrom(...INJECTIONS)
    );
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), anything, (declaration, value) => {
        const judged = judgeValue(declaration, value);
        expect('value' in judged).toBe(
          typeof value === 'string' && 'value' in judged && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(value)
        );
      })
    );
  });
});

function outcomeOf(attempt: () => boolean): boolean | string {
  try {
    return attempt();
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
}

describe('a pattern', () => {
  it.each(['.*', '.+', '[^a]*', '\\S+', '[a-z;]+', '[\\w .-]*', '(?s).*', '-?[a-z]+', '\\W*', '[a-z.]+', 'a|.*'])(
    'is refused when it lets commands or queries through: %s',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow(/it accepts/);
    }
  );

  it.each(['(a+)+$', '(.*a){20}', '(a|a)*b', '([a-z]+)*!', '(a?){64}a{64}', 'a{512}', '\\pL{1,256}', '(x+x+)+y'])(
    'takes linear time: %s',
    (pattern) => {
      const before = performance.now();
      const attempt = (): boolean => compilePattern(pattern)(`${'a'.repeat(255)}!`);
      // Refused is as good as answered.
      expect([true, false, 'PatternRefused']).toContain(outcomeOf(attempt));
      // The budget of one hostile input.
      expect(performance.now() - before).toBeLessThan(1000);
    }
  );
});

describe('amounts', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['2h', 7200],
    ['0s', undefined],
    ['1d', undefined],
    ['1.5m', undefined],
    ['m', undefined],
  ])('%s lasts %s s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  it.each([
    ['512Mi', 536_870_912],
    ['2Gi', 2_147_483_648],
    ['100M', 100_000_000],
    ['7', 7],
    ['0', undefined],
    ['1.5Gi', undefined],
    ['512mi', undefined],
    ['999999999999Ti', undefined],
  ])('%s is %s', (text, amount) => {
    expect(quantityAmount(text)).toBe(amount);
  });
});

describe('parameters of a runbook', () => {
  const labels = { namespace: 'shop', deployment: 'payment', container: 'app' };

  it('come from what is given, then from labels, then from defaults', async () => {
    const { runbook } = await loadExample();
    expect(resolveParameters(runbook, { labels, given: { namespace: 'shop-2', restarts: 7 } })).toEqual({
      namespace: 'shop-2',
      deployment: 'payment',
      container: 'app',
      memory: '512Mi',
      restarts: 7,
    });
  });

  it('are never replaced by a default when they are wrong', async () => {
    const { runbook } = await loadExample((example) => {
      example.spec.parameters['memory'] = { type: 'quantity', max: '2Gi', default: '1Gi', fromLabel: 'memory' };
    });
    expect(tryParameters(runbook, { labels: { ...labels, memory: '9Gi' } }).gaps).toEqual([
      { name: 'memory', reason: 'must be an amount such as 512Mi, at most 2Gi (from the label "memory")' },
    ]);
  });

  it('are read from labels as numbers and truth values', async () => {
    const { runbook } = await loadExample((example) => {
      Object.assign(example.spec.parameters, {
        restarts: { type: 'integer', min: 0, max: 50, fromLabel: 'restarts' },
        force: { type: 'boolean', fromLabel: 'force' },
      });
    });
    const { values } = tryParameters(runbook, { labels: { ...labels, restarts: '7', force: 'true' } });
    expect(values).toMatchObject({ restarts: 7, force: true });
  });

  it('that are missing, unknown or wrong are all named', async () => {
    const { runbook } = await loadExample();
    const given = JSON.parse('{"nope":1,"__proto__":{"namespace":"x"},"memory":"9Gi"}') as Record<string, unknown>;
    expect(tryParameters(runbook, { given, labels: { namespace: 'shop' } }).gaps.map(({ name }) => name)).toEqual([
      'nope',
      '__proto__',
      'deployment',
      'container',
      'memory',
    ]);
    expect(() => resolveParameters(runbook, { given })).toThrow(
      /parameters\.nope is no parameter.*parameters\.deployment is missing/
    );
  });

  it('are not found on prototypes', async () => {
    const { runbook } = await loadExample((example) => {
      example.spec.parameters['namespace'] = { type: 'namespace', fromLabel: 'constructor' };
    });
    expect(tryParameters(runbook, { labels }).gaps).toContainEqual({
      name: 'namespace',
      reason: 'is missing (there is no label "constructor")',
    });
  });
});
