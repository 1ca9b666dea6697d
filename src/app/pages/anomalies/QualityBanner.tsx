import React from 'react';
import { cx } from '@emotion/css';
import { Alert, useStyles2 } from '@grafana/ui';
import type { QualityCheck, ServiceAnomaly } from '#model';
import { formatMinute, tableStyles, TEST_IDS } from '#ui';
import { findBlocked, findFailedChecks } from './data-quality.ts';
import { stackedTableStyles } from './stacked-table-style.ts';

/** Says where checks of the data fail, and for which services that blocks the verdict. Nothing while all is well. */
export function QualityBanner(props: {
  readonly services: readonly ServiceAnomaly[];
  readonly checks: readonly QualityCheck[];
}) {
  const blocked = findBlocked(props.services);
  const failed = findFailedChecks(props.checks);
  if (blocked.length === 0 && failed.length === 0) {
    return null;
  }
  return (
    <Alert
      severity={blocked.length > 0 ? 'error' : 'warning'}
      title={
        blocked.length > 0
          ? `Bad data: verdicts blocked for ${blocked.join(', ')}`
          : `Bad data: ${failed.length} ${failed.length === 1 ? 'check fails' : 'checks fail'}`
      }
      data-testid={TEST_IDS.anomalies.quality}
      data-blocked={blocked.length}
    >
      <p>
        {blocked.length > 0
          ? 'More than 30 % of their series failed the checks. They count as unknown: neither an anomaly nor a recovery is concluded.'
          : 'Points that failed are left out. Verdicts are still made from the rest.'}
      </p>
      {failed.length > 0 && <Checks checks={failed} />}
    </Alert>
  );
}

function Checks({ checks }: { readonly checks: readonly QualityCheck[] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <details>
      <summary>
        {checks.length} failed {checks.length === 1 ? 'check' : 'checks'}
      </summary>
      <div className={table.wrapper}>
        <table className={cx(table.table, rows.stacked)} data-testid={TEST_IDS.anomalies.checks}>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Check</th>
              <th scope="col">Failed</th>
              <th scope="col">Last failure</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => (
              <tr key={`${check.service} ${check.name}`}>
                <th scope="row">{check.service}</th>
                <td className={rows.line}>{check.name}</td>
                <td className={table.number} data-label="Failed">
                  {check.failures} of {check.checked}
                </td>
                <td className={table.number} data-label="Last failure">
                  {check.lastFailureMs === null ? 'none in this range' : formatMinute(check.lastFailureMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
