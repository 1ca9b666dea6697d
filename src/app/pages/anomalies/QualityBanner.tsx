import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { QualityCheck, ServiceAnomaly } from '#model';
import { formatMinute, stackedTableStyles, tableStyles, TEST_IDS } from '#ui';
import { findBlocked, findFailedChecks } from './data-quality.ts';

/** A check that failed longer ago than this is no trouble of now. */
const RECENT_MS = 15 * 60_000;
const MAX_NAMES = 3;

/**
 * Says where checks of the data fail, and for which services that blocks the verdict; in a quiet line where that is
 * over. Nothing while all is well.
 */
export function QualityBanner(props: {
  readonly services: readonly ServiceAnomaly[];
  readonly checks: readonly QualityCheck[];
  /** The end of the time range. */
  readonly toMs: number;
}) {
  const styles = useStyles2(getStyles);
  const blocked = findBlocked(props.services);
  const failed = findFailedChecks(props.checks);
  const recent = failed.filter(
    ({ lastFailureMs }) => lastFailureMs !== null && lastFailureMs >= props.toMs - RECENT_MS
  );
  if (blocked.length === 0 && recent.length === 0) {
    return (
      failed.length > 0 && (
        <div className={styles.past}>
          <Checks checks={failed} title={`${countChecks(failed)} of the data failed earlier, and no more`} />
        </div>
      )
    );
  }
  return (
    <Alert
      severity={blocked.length > 0 ? 'error' : 'warning'}
      title={
        blocked.length > 0
          ? `Bad data: verdicts blocked for ${blocked.join(', ')}`
          : `Bad data: ${countChecks(recent)} ${recent.length === 1 ? 'fails' : 'fail'} for ${namesOf(recent)}`
      }
      className={styles.banner}
      data-testid={TEST_IDS.anomalies.quality}
      data-blocked={blocked.length}
    >
      {blocked.length > 0
        ? 'More than 30 % of their series failed the checks. They count as unknown: neither an anomaly nor a recovery is concluded.'
        : 'Points that failed are left out. Verdicts are still made from the rest.'}
      {failed.length > 0 && <Checks checks={failed} title={`Show ${countChecks(failed)}`} />}
    </Alert>
  );
}

function countChecks({ length }: readonly QualityCheck[]): string {
  return `${length} ${length === 1 ? 'check' : 'checks'}`;
}

/** The services of checks, the first ones by name. */
function namesOf(checks: readonly QualityCheck[]): string {
  const names = [...new Set(checks.map(({ service }) => service))];
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

function Checks({ checks, title }: { readonly checks: readonly QualityCheck[]; readonly title: string }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <details>
      <summary>{title}</summary>
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

const getStyles = (theme: GrafanaTheme2) => ({
  banner: css({ marginBottom: 0 }),
  past: css({ color: theme.colors.text.secondary }),
});
