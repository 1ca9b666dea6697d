import type { StepCondition } from '#contracts';
import type { CelParameterType } from './cel/cel-expression.ts';
import type { Runbook } from './runbook.ts';

/** What the `if` of a step may use: all parameters, and the queries before it. */
export function stepScope({ spec }: Runbook, index: number): StepCondition['scope'] {
  const parameters = Object.fromEntries(
    Object.entries(spec.parameters).map(([name, { type }]): [string, CelParameterType] => [
      name,
      type === 'integer' ? 'int' : type === 'number' ? 'double' : type === 'boolean' ? 'bool' : 'string',
    ])
  );
  const queries = spec.steps.slice(0, index).flatMap(({ action, id }) => (action === 'query' ? [id] : []));
  return { kind: 'step', parameters, queries };
}
