import { describe, expect, it } from 'vitest';
import type { CelContext, CelScope } from './cel-expression.ts';
import { checkExpression, evaluateExpression } from './cel-expression.ts';
import { HOSTILE_EXPRESSIONS } from '../testing/hostile-expressions.ts';

const alert: CelScope = { kind: 'alert' };
const step: CelScope = {
  kind: 'step',
  parameters: { replicas: 'int', share: 'double', name: 'string', force: 'bool' },
  queries: ['near-limit', 'empty'],
};
const alertContext: CelContext = {
  kind: 'alert',
  labels: { severity: 'critical', constructor: 'label' },
  values: { restarts: 6 },
};
const stepContext: CelContext = {
  kind: 'step',
  parameters: { replicas: 3, share: 0.5, name: 'checkout', force: false },
  queries: { 'near-limit': { passed: true, value: 0.97 }, empty: { passed: false } },
};

describe('an expression', () => {
  it.each([
    [alert, alertContext, 'alert.values.restarts > 5.0', true],
    [alert, alertContext, 'alert.values.restarts > 6.0', false],
    [alert, alertContext, 'alert.values["restarts"] > 5', true],
    [alert, alertContext, '"severity" in alert.labels && alert.labels.severity == "critical"', true],
    [alert, alertContext, 'has(alert.labels.team)', false],
    [alert, alertContext, 'alert.labels.severity in ["critical", "high"]', true],
    [alert, alertContext, 'alert.labels.exists(name, name.startsWith("sev"))', true],
    [alert, alertContext, 'alert.labels.constructor == "label"', true],
    [step, stepContext, 'steps["near-limit"].passed', true],
    [step, stepContext, '!steps["near-limit"].passed || params.force', false],
    [step, stepContext, 'steps["near-limit"].value > 0.95 && params.replicas == 3', true],
    [step, stepContext, 'params.name.contains("check") && params.share < 0.6', true],
  ] as const)('%o %o: %s is %s', (scope, context, expression, value) => {
    expect(checkExpression(expression, scope)).toEqual({ ok: true });
    expect(evaluateExpression(expression, scope, context)).toEqual({ kind: 'value', value });
  });

  it.each([
    ['a missing value', alert, alertContext, 'alert.values.nope > 5.0'],
    ['a missing label', alert, alertContext, 'alert.labels.team == "shop"'],
    ['a property of JavaScript', alert, { ...alertContext, labels: {} }, 'alert.labels.constructor == "x"'],
    ['a query without value', step, stepContext, 'steps["empty"].value > 1.0'],
    ['a query that did not run', step, { ...stepContext, queries: {} }, 'steps["empty"].passed'],
    ['a division by zero', step, stepContext, '1 / (params.replicas - 3) > 0'],
  ] as const)('is neither true nor false with %s', (_, scope, context, expression) => {
    expect(checkExpression(expression, scope)).toEqual({ ok: true });
    expect(evaluateExpression(expression, scope, context)).toMatchObject({ kind: 'error' });
  });

  it.each([
    ['nothing', alert, ''],
    ['white space', alert, '   '],
    ['half an expression', alert, 'alert.values.x >'],
    ['a name that is not there', alert, 'incident.id == "x"'],
    ['a name of the other place', alert, 'params.replicas == 1'],
    ['a parameter that is not there', step, 'params.nope == 1'],
    ['a step that is not there', step, 'steps["later"].passed'],
    ['a field that is not there', step, 'steps["empty"].error == ""'],
    ['types that do not meet', step, 'params.name > 3'],
    ['a number as answer', step, 'params.replicas'],
    ['text as answer', step, 'params.name'],
    ['anything as answer', step, 'dyn(true)'],
    ['a prototype', alert, 'alert.__proto__ == 1'],
    ['a constructor', alert, 'alert.constructor == 1'],
    ['a global of JavaScript', alert, 'globalThis.process.exit() == 1'],
    ['a call of a function that is not there', alert, 'eval("1") == 1'],
    ['a regular expression', alert, '"a".matches("a")'],
    ['a regular expression within a loop', alert, 'alert.labels.all(k, k.matches("(a+)+$"))'],
    ['three loops', alert, '[1].all(a, [1].all(b, [1].all(c, true)))'],
    ['a long list', alert, `1 in [${Array(65).fill(1).join(',')}]`],
  ] as const)('is refused when the runbook is loaded: %s', (_, scope, expression) => {
    const verdict = checkExpression(expression, scope);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.ok ? '' : verdict.reason).not.toBe('');
    expect(evaluateExpression(expression, scope, scope.kind === 'alert' ? alertContext : stepContext).kind).toBe(
      'error'
    );
  });

  it.each([
    ['many labels', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, 'x']))],
    ['a long label', { severity: 'x'.repeat(1025) }],
  ])('is not computed with %s', (_, labels) => {
    expect(evaluateExpression('true', alert, { kind: 'alert', labels, values: {} })).toMatchObject({ kind: 'error' });
  });

  it.each(HOSTILE_EXPRESSIONS)('is answered at once: %s', (_, expression) => {
    const before = performance.now();
    checkExpression(expression, alert);
    evaluateExpression(expression, alert, alertContext);
    // The budget of one hostile input.
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
