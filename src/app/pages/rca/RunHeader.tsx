import React, { type ReactNode, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { IncidentRecord, TopologyAnswer } from '#contracts';
import type { ServiceName, TimeWindow } from '#model';
import { AnomalyBadge, ErrorState, formatMinute, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { HEAD_TEXTS as T } from './rca-texts.ts';

/** What this is about: service, time, state, severity, who takes care, and what can be done with the whole. */
export function RunHeader(props: {
  readonly title: string;
  readonly state: ReactNode;
  readonly window: TimeWindow | undefined;
  readonly service: ServiceName;
  /** Of the window; undefined while it is read, or where it cannot be. */
  readonly topology: TopologyAnswer | undefined;
  readonly details?: ReactNode;
  readonly actions: ReactNode;
}) {
  const styles = useStyles2(getStyles);
  const { window, topology } = props;
  const reading = topology?.services.find(({ service }) => service === props.service)?.reading;
  return (
    <header className={styles.head} data-testid={TEST_IDS.rca.head}>
      <div className={styles.row}>
        <h2 className={styles.title}>{props.title}</h2>
        {props.state}
        <div className={styles.actions}>{props.actions}</div>
      </div>
      <div className={styles.row}>
        {topology && (
          <span data-testid={TEST_IDS.rca.severity}>
            <span className={styles.muted}>{T.severityThen}</span> <AnomalyBadge reading={reading} />
          </span>
        )}
        {props.details}
        {window && (
          <span className={styles.muted}>{T.window(formatMinute(window.fromMs), formatMinute(window.toMs))}</span>
        )}
      </div>
    </header>
  );
}

/** Who takes care of an incident, and a way to take it or give it back. */
export function Assignee({
  incident,
  onChanged,
}: {
  readonly incident: IncidentRecord;
  readonly onChanged: () => void;
}) {
  const { executor, login, canLabel } = useClients();
  const styles = useStyles2(getStyles);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const assign = (assignee: string | null) => {
    setBusy(true);
    setProblem(undefined);
    executor
      .assign(incident.id, assignee)
      .then(onChanged, (error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  const isMine = incident.assignee === login;
  return (
    <>
      <span data-testid={TEST_IDS.rca.assignee}>
        <span className={styles.muted}>{T.assignee}</span> <strong>{incident.assignee || T.nobody}</strong>
      </span>
      {canLabel && incident.status === 'open' && (
        <Button
          size="sm"
          variant="secondary"
          icon="user"
          disabled={busy}
          onClick={() => assign(isMine ? null : login)}
          data-testid={TEST_IDS.rca.assign}
        >
          {isMine ? T.release : T.assign}
        </Button>
      )}
      {problem && <ErrorState problem={problem} />}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({ display: 'grid', gap: theme.spacing(1), minWidth: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), alignItems: 'center' }),
  title: css({ margin: 0, overflowWrap: 'anywhere' }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginLeft: 'auto' }),
  muted: css({ color: theme.colors.text.secondary }),
});
