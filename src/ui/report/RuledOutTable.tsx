import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { RuledOut } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { CitedText } from '../CitedText.tsx';
import { formatRatio } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { RULED_OUT_TEXTS as T } from './report-texts.ts';

/** Services that looked guilty and are not, with the reason and whose trouble theirs is. */
export function RuledOutTable({ ruledOut }: { readonly ruledOut: readonly RuledOut[] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <ColumnHeads names={Object.values(T.columns)} />
        <tbody>
          {ruledOut.map(({ service, reason, explainedBy, share }) => (
            <tr key={service} data-service={service}>
              <th scope="row">{service}</th>
              <td className={rows.line}>
                <CitedText text={reason} />
              </td>
              <td data-label={explainedBy === undefined ? undefined : T.columns.by}>{explainedBy}</td>
              <td className={table.number} data-label={share === undefined ? undefined : T.columns.share}>
                {share !== undefined && formatRatio(share)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
