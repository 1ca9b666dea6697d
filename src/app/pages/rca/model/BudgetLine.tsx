import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { BudgetAnswer } from '#contracts';
import { tableStyles, TEST_IDS } from '#ui';
import { MODEL_TEXTS as T } from '../rca-texts.ts';

type Budget = Extract<BudgetAnswer, { kind: 'on' }>;

/** What may be used of the language model, and what was. */
export function BudgetLine({ budget }: { readonly budget: Budget }) {
  const styles = useStyles2(tableStyles);
  const { perMonth, perIncident, run, problem, keptIn } = budget;
  return (
    <p className={styles.muted} data-testid={TEST_IDS.rca.budget}>
      {T.budget} ({budget.provider}, {budget.model}): {T.budgetMonth} {describeUse(perMonth)}
      {perIncident && `; ${T.budgetIncident} ${describeUse(perIncident)}`}; {T.budgetRun} {T.tokens(run.tokens)},{' '}
      {T.seconds(run.seconds)}.{keptIn === 'memory' && ` ${T.inMemory}`}
      {problem && ` ${problem.message} ${problem.remedy}`}
    </p>
  );
}

function describeUse({ limit, used }: Budget['perMonth']): string {
  if (limit.tokens === undefined && limit.cost === undefined) {
    return T.unlimited;
  }
  const parts = [
    ...(limit.tokens === undefined
      ? []
      : [
          used === null
            ? `${T.tokens(limit.tokens)}, ${T.usedNotKnown}`
            : `${used.tokens.toLocaleString('en')} ${T.of} ${T.tokens(limit.tokens)}`,
        ]),
    ...(limit.cost === undefined
      ? []
      : [
          used?.cost === null || used === null
            ? `${limit.cost}, ${T.usedNotKnown}`
            : `${used.cost.toFixed(2)} ${T.of} ${limit.cost}`,
        ]),
  ];
  return parts.join(', ');
}
