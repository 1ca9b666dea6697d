import React from 'react';
import { Icon, useStyles2 } from '@grafana/ui';
import type { CheckResult, PlanRecord } from '#contracts';
import { formatCheckValue, formatTime } from './format.ts';
import { CHECK_TEXTS as T } from './plan/plan-texts.ts';
import { tableStyles } from './table-style.ts';
import { TEST_IDS } from './test-ids.ts';

/** Checks with what they want and, where results are given, with the newest one. */
export function CheckTable(props: {
  readonly checks: PlanRecord['verification'];
  readonly results?: readonly CheckResult[];
  readonly caption: string;
}) {
  const { results } = props;
  const table = useStyles2(tableStyles);
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{T.columns.check}</th>
            <th scope="col">{T.columns.wanted}</th>
            {results && <th scope="col">{T.columns.measured}</th>}
          </tr>
        </thead>
        <tbody>
          {props.checks.map((check) => {
            const result = results?.filter(({ name }) => name === check.name).at(-1);
            return (
              <tr key={check.name} data-testid={TEST_IDS.plan.check}>
                <th scope="row" title={check.query}>
                  {check.name}
                </th>
                <td className={table.number}>
                  {check.operator} {formatCheckValue(check.threshold, check.unit)}
                </td>
                {results && (
                  <td className={table.number}>{result ? <Result result={result} unit={check.unit} /> : T.notYet}</td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Result({ result, unit }: { readonly result: CheckResult; readonly unit: string }) {
  return (
    <span title={formatTime(result.atMs)}>
      <Icon
        name={result.value === null ? 'question-circle' : result.passed ? 'check-circle' : 'times-circle'}
        size="sm"
      />{' '}
      {result.value === null ? T.noData : T.outcome(formatCheckValue(result.value, unit), result.passed)}
    </span>
  );
}
