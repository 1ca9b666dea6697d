import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { RcaReport } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { Citations } from '../CitedText.tsx';
import { formatCheckValue } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EVIDENCE_TEXTS as T } from './evidence-texts.ts';

type Impact = NonNullable<RcaReport['impact']>[number];

/**
 * What the incident costs, against what is usual. What was not measured or cannot be counted is said to be so; without a
 * cause nothing is said to be lost.
 */
export function ImpactTable({ impact, hasCause }: { readonly impact: readonly Impact[]; readonly hasCause: boolean }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const { lost: lostTitle, ...others } = T.impactColumns;
  const { evidence: evidenceTitle, ...plain } = others;
  const columns = hasCause ? { ...plain, lost: lostTitle, evidence: evidenceTitle } : others;
  return (
    <div className={table.wrapper} data-testid={TEST_IDS.rca.impact}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>{T.impactCaption}</caption>
        <ColumnHeads names={Object.values(columns)} />
        <tbody>
          {impact.map((item) => (
            <tr key={`${item.name} ${item.evidence}`}>
              <th scope="row">{item.name}</th>
              <td className={table.number} data-label={columns.now}>
                {formatAmount(item.value, item.unit)}
              </td>
              <td className={table.number} data-label={columns.usual}>
                {formatAmount(item.usual, item.unit)}
              </td>
              {hasCause && (
                <td className={table.number} data-label={lostTitle}>
                  <strong>{formatLost(item)}</strong>
                </td>
              )}
              <td>
                <Citations numbers={[item.evidence]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function formatAmount(value: number | null, unit: string): string {
  return value === null ? T.notMeasured : formatCheckValue(value, unit);
}

/** In the unit without its time. */
function formatLost({ lost, unit }: Impact): string {
  return lost === null ? T.notCounted : formatCheckValue(lost, unit.split('/')[0] ?? '');
}
