import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, LinkButton, useStyles2 } from '@grafana/ui';
import type { IncidentRecord } from '#contracts';
import { formatDuration, TEST_IDS } from '#ui';
import { toIncidentUrl } from '../../routes.ts';
import { useNow } from '../../use-polling.ts';
import { describeTopCause } from '../../top-cause.ts';

/** The incidents that are open, a line each with the probable cause: one incident stands behind many red services. */
export function OpenIncidents({ incidents }: { readonly incidents: readonly IncidentRecord[] }) {
  const styles = useStyles2(getStyles);
  const now = useNow();
  if (incidents.length === 0) {
    return null;
  }
  return (
    <ul className={styles.list} aria-label="Open incidents" data-testid={TEST_IDS.anomalies.incidents}>
      {incidents.map((incident) => (
        <li key={incident.id} className={styles.item}>
          <Icon name="fire" className={styles.icon} />
          <span className={styles.text}>
            <strong>
              Open incident: {incident.service} {incident.symptom === 'latency' ? 'is slow' : 'fails'}
            </strong>
            , for {formatDuration(toMinutes(now - incident.onsetMs))}. Probable cause: {describeTopCause(incident)}
          </span>
          <LinkButton size="sm" href={toIncidentUrl(incident.id)}>
            Open the incident
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}

/** Whole minutes; seconds while there are fewer than two. */
function toMinutes(milliseconds: number): number {
  return milliseconds < 120_000 ? milliseconds : Math.floor(milliseconds / 60_000) * 60_000;
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 2), padding: 0, display: 'grid', gap: theme.spacing(1) }),
  item: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 1.5),
    border: `1px solid ${theme.colors.error.border}`,
    borderLeftWidth: 4,
    borderRadius: theme.shape.radius.default,
  }),
  icon: css({ color: theme.colors.error.text }),
  text: css({ flex: '1 1 240px' }),
});
