import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { RuleFinding } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { formatConfidence } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { ToneBadge } from '../ToneBadge.tsx';
import { describeRule, RULE_OUTCOMES } from './effect-text.ts';
import { RULE_TEXTS as T } from './report-texts.ts';

/** Declared propagation rules beside what the data of the incident say of them. */
export function RuleTable({ rules }: { readonly rules: readonly RuleFinding[] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper} data-testid={TEST_IDS.rca.rules}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>{T.caption}</caption>
        <ColumnHeads names={Object.values(T.columns)} />
        <tbody>
          {rules.map(({ rule, outcome, explanation }, index) => (
            <tr key={index} data-outcome={outcome}>
              <th scope="row">{describeRule(rule)}</th>
              <td className={table.number} data-label={T.columns.confidence}>
                {formatConfidence(rule.confidence)}
              </td>
              <td>
                <ToneBadge tone={RULE_OUTCOMES[outcome].tone} icon={RULE_OUTCOMES[outcome].icon}>
                  {RULE_OUTCOMES[outcome].text}
                </ToneBadge>
              </td>
              <td className={rows.line}>{explanation}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
