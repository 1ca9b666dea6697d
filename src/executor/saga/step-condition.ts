import type { JsonObject, JsonValue } from '#contracts';
import { stepAt, type SagaRun } from './journal.ts';

/** Whether the condition of a step holds; a text says why that cannot be known, which is neither. */
export async function conditionHolds(run: SagaRun, position: number): Promise<boolean | { readonly unknown: string }> {
  const { condition } = stepAt(run, position).planned;
  if (!condition) {
    return true;
  }
  const { expression, scope } = condition;
  const outcome = await run.context.runbooks.cel.evaluate(expression, scope, {
    kind: 'step',
    parameters: run.plan.record.parameters,
    queries: queriesOf(run),
  });
  return outcome.kind === 'value' ? outcome.value : { unknown: outcome.reason };
}

/** What the queries of this execution said so far, by the id of their step. */
function queriesOf({ execution }: SagaRun): Record<string, { passed: boolean; value?: number }> {
  return Object.fromEntries(
    execution.steps.flatMap(({ id, details }) => {
      const answer = details && answerOf(details);
      return answer ? [[id, answer]] : [];
    })
  );
}

function answerOf({ passed, value }: JsonObject): { passed: boolean; value?: number } | undefined {
  const isNumber = (given: JsonValue | undefined): given is number => typeof given === 'number';
  return typeof passed === 'boolean' ? { passed, ...(isNumber(value) ? { value } : {}) } : undefined;
}
