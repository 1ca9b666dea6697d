import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, LinkButton, useStyles2 } from '@grafana/ui';
import { formatTimeOfDay, TEST_IDS } from '#ui';
import { toIncidentUrl } from '../../routes.ts';
import { describeTopCause } from '../../top-cause.ts';
import { describeIncident, type IncidentPath } from './use-incident-path.ts';

/** Incidents of the time range, a line each: their path through the graph, and the time they began. */
export function IncidentBar({
  incidents,
  onGoTo,
}: {
  readonly incidents: IncidentPath;
  readonly onGoTo: (atMs: number) => void;
}) {
  const styles = useStyles2(getStyles);
  const { shownId, show, problem } = incidents;
  if (problem && incidents.incidents.length === 0) {
    return <p className={styles.problem}>Incidents are not shown. {problem.message}</p>;
  }
  return (
    <ul className={styles.list} aria-label="Incidents" data-testid={TEST_IDS.topology.incidents}>
      {incidents.incidents.map((incident) => (
        <li key={incident.id} className={styles.item}>
          <Icon name={incident.status === 'open' ? 'fire' : 'check'} />
          <span className={styles.text}>
            <strong>
              {incident.status === 'open' ? 'Open incident' : 'Past incident'}: {describeIncident(incident)}
            </strong>{' '}
            since {formatTimeOfDay(incident.onsetMs)}. Probable cause: {describeTopCause(incident)}
          </span>
          <Button
            size="sm"
            variant={incident.id === shownId ? 'primary' : 'secondary'}
            aria-pressed={incident.id === shownId}
            onClick={() => show(incident.id === shownId ? undefined : incident.id)}
            data-testid={TEST_IDS.topology.path}
          >
            Show the causal path
          </Button>
          <Button size="sm" variant="secondary" onClick={() => onGoTo(incident.onsetMs)}>
            Go to its beginning
          </Button>
          <LinkButton size="sm" variant="secondary" href={toIncidentUrl(incident.id)}>
            Open the incident
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: theme.spacing(1),
    '&:empty': { display: 'none' },
  }),
  item: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1.5),
    border: `1px solid ${theme.colors.border.medium}`,
    borderLeft: `4px solid ${theme.colors.error.border}`,
    borderRadius: theme.shape.radius.default,
  }),
  text: css({ flex: '1 1 260px', overflowWrap: 'anywhere' }),
  problem: css({ margin: 0, color: theme.colors.text.secondary }),
});
