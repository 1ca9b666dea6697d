import React, { useId, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import type { IncidentRecord } from '#contracts';
import { ColumnHeads, formatTime, stackedTableStyles, tableStyles, TEST_IDS, ToneBadge, VerdictBadge } from '#ui';
import { describeTopCause } from '../../top-cause.ts';
import { toIncidentUrl } from '../../routes.ts';
import { AssigneeCell } from './AssigneeCell.tsx';
import { IncidentAlerts } from './IncidentAlerts.tsx';
import { describeLength, describeOrigin, INCIDENT_TEXTS, nameIncident } from './incidents-text.ts';

const { columns } = INCIDENT_TEXTS;

/** Incidents, one row each; the alerts of one unfold below it. */
export function IncidentTable(props: {
  readonly incidents: readonly IncidentRecord[];
  readonly nowMs: number;
  readonly onChanged: () => void;
}) {
  const table = useStyles2(tableStyles);
  const stacked = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, stacked.stacked)} data-testid={TEST_IDS.incidents.list}>
        <caption>{INCIDENT_TEXTS.caption}</caption>
        <ColumnHeads names={Object.values(columns)} />
        <tbody>
          {props.incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} nowMs={props.nowMs} onChanged={props.onChanged} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function IncidentRow(props: {
  readonly incident: IncidentRecord;
  readonly nowMs: number;
  readonly onChanged: () => void;
}) {
  const { incident, nowMs } = props;
  const styles = useStyles2(getStyles);
  const stacked = useStyles2(stackedTableStyles);
  const [unfolded, setUnfolded] = useState(false);
  const alertsId = useId();
  const open = incident.status === 'open';
  return (
    <>
      <tr data-testid={TEST_IDS.incidents.row} data-incident={incident.id}>
        <th scope="row" className={styles.incident}>
          <TextLink href={toIncidentUrl(incident.id)} inline={false}>
            {nameIncident(incident)}
          </TextLink>
          <div className={styles.muted}>{describeOrigin(incident)}</div>
        </th>
        <td className={styles.state}>
          <ToneBadge
            tone={open ? 'error' : 'success'}
            icon={open ? 'fire' : 'check-circle'}
            state={incident.status}
            testId={TEST_IDS.rca.incidentStatus}
          >
            {INCIDENT_TEXTS.state[incident.status]}
          </ToneBadge>{' '}
          {describeLength(incident, nowMs)}
          <div className={styles.muted}>since {formatTime(incident.onsetMs)}</div>
        </td>
        <td className={cx(styles.cause, stacked.line)}>
          <VerdictBadge verdict={incident.report.verdict} />
          <div>{describeTopCause(incident)}</div>
        </td>
        <td data-label={columns.assignee} className={stacked.line}>
          <AssigneeCell incident={incident} onChanged={props.onChanged} />
        </td>
        <td>
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon={unfolded ? 'angle-down' : 'angle-right'}
            aria-expanded={unfolded}
            {...(unfolded ? { 'aria-controls': alertsId } : {})}
            aria-label={`${unfolded ? INCIDENT_TEXTS.hideAlerts : INCIDENT_TEXTS.showAlerts} of ${nameIncident(incident)}`}
            data-testid={TEST_IDS.incidents.showAlerts}
            onClick={() => setUnfolded(!unfolded)}
          >
            {unfolded ? INCIDENT_TEXTS.hideAlerts : INCIDENT_TEXTS.showAlerts}
          </Button>
        </td>
      </tr>
      {unfolded && (
        <tr id={alertsId}>
          <td colSpan={5} className={stacked.line}>
            <IncidentAlerts incidentId={incident.id} />
          </td>
        </tr>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  incident: css({ minWidth: 180 }),
  state: css({ minWidth: 170 }),
  cause: css({ minWidth: 200, '& > div': { marginTop: theme.spacing(0.5), overflowWrap: 'anywhere' } }),
  muted: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
    overflowWrap: 'anywhere',
  }),
});
