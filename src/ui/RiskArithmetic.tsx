import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { RiskAssessment } from '#contracts';
import { RISK_TEXTS as T } from './plan/plan-texts.ts';
import { toRiskSteps } from './plan-state.ts';
import { tableStyles } from './table-style.ts';
import { TEST_IDS } from './test-ids.ts';

/** The arithmetic of the risk, factor by factor, so that an approver can follow it. */
export function RiskArithmetic({ risk }: { readonly risk: RiskAssessment }) {
  const table = useStyles2(tableStyles);
  return (
    <div className={table.wrapper} data-testid={TEST_IDS.plan.risk}>
      <table className={table.table}>
        <caption>{T.caption(risk.score.toFixed(2), T.approvals(risk.approvalsRequired))}</caption>
        <tbody>
          <tr>
            <th scope="row" colSpan={2}>
              {T.base}
            </th>
            <td className={table.number}>{risk.base.toFixed(2)}</td>
          </tr>
          {toRiskSteps(risk).map(({ name, factor, reason, product }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span className={table.muted}>{reason}</span>
              </th>
              <td className={table.number}>× {factor.toFixed(2)}</td>
              <td className={table.number}>= {product.toFixed(2)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" colSpan={2}>
              {T.score}
            </th>
            <td className={table.number}>
              <strong>{risk.score.toFixed(2)}</strong>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
