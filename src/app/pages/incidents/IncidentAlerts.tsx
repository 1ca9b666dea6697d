import React, { useCallback } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AlertRecord } from '#contracts';
import { ColumnHeads, stackedTableStyles, tableStyles, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { describeAlertTimes, INCIDENT_TEXTS } from './incidents-text.ts';

const POLL_MS = 10_000;
const { alertColumns } = INCIDENT_TEXTS;

/** The alerts that belong to one incident. Their texts come from outside and are shown as text. */
export function IncidentAlerts({ incidentId }: { readonly incidentId: string }) {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.alerts(incidentId, signal), [executor, incidentId]);
  const polled = usePolling(load, POLL_MS);
  return (
    <div data-testid={TEST_IDS.incidents.alerts}>
      <Reading polled={polled} label={INCIDENT_TEXTS.readingAlerts}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <p>{INCIDENT_TEXTS.noAlerts}</p>
          ) : (
            <>
              <AlertTable alerts={items} />
              {nextCursor !== null && <p>{INCIDENT_TEXTS.moreAlerts}</p>}
            </>
          )
        }
      </Reading>
    </div>
  );
}

function AlertTable({ alerts }: { readonly alerts: readonly AlertRecord[] }) {
  const table = useStyles2(tableStyles);
  const stacked = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  return (
    <table className={cx(table.table, stacked.stacked)}>
      <ColumnHeads names={Object.values(alertColumns)} />
      <tbody>
        {alerts.map((alert) => (
          <tr key={alert.id} data-testid={TEST_IDS.incidents.alert}>
            <th scope="row">
              {alert.name === '' ? alert.fingerprint : alert.name}
              {alert.summary !== '' && <div className={styles.summary}>{alert.summary}</div>}
            </th>
            <td>
              <ToneBadge
                tone={alert.status === 'firing' ? 'error' : 'success'}
                icon={alert.status === 'firing' ? 'fire' : 'check-circle'}
                state={alert.status}
              >
                {INCIDENT_TEXTS.alertState[alert.status]}
              </ToneBadge>
              {alert.severity !== '' && ` ${alert.severity}`}
            </td>
            <td className={stacked.line}>{describeAlertTimes(alert)}</td>
            <td className={cx(styles.labels, stacked.line)}>
              {Object.entries(alert.labels)
                .map(([name, value]) => `${name}=${value}`)
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ fontWeight: theme.typography.fontWeightRegular, overflowWrap: 'anywhere' }),
  labels: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
});
