import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Evidence, WorkloadState } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { Citations } from '../CitedText.tsx';
import { formatClock } from '../report/clock.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EVIDENCE_TEXTS as T } from './evidence-texts.ts';

/** What Kubernetes says of the workloads: pods and events. */
export function WorkloadStates({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div data-testid={TEST_IDS.rca.workloads} className={styles.list}>
      {evidence.map((item) =>
        item.detail?.kind === 'workload-state' ? (
          <div key={item.number}>
            <p>
              {item.statement} <Citations numbers={[item.number]} />
            </p>
            <Workload service={item.service} detail={item.detail} />
          </div>
        ) : null
      )}
    </div>
  );
}

function Workload({ service, detail }: { readonly service: string; readonly detail: WorkloadState }) {
  const styles = useStyles2(getStyles);
  const { pods, events } = detail;
  return (
    <>
      {pods.length === 0 ? <p className={styles.muted}>{T.noPods}</p> : <Pods service={service} pods={pods} />}
      {events.length > 0 && (
        <>
          <p className={styles.muted}>{T.events}</p>
          <ul className={styles.events}>
            {events.map(({ atMs, reason, message }, index) => (
              <li key={index}>
                <span className={styles.muted}>{formatClock(atMs)}</span> <strong>{reason}</strong> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Pods({ service, pods }: { readonly service: string } & Pick<WorkloadState, 'pods'>) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const columns = T.podColumns;
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>
          {T.pods}: {service}
        </caption>
        <ColumnHeads names={Object.values(columns)} />
        <tbody>
          {pods.map(({ name, phase, isReady, restarts, reason }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label={columns.phase}>{phase === '' ? T.notKnown : phase}</td>
              <td data-label={columns.ready} className={cx(isReady === false && styles.bad)}>
                {T.ready(isReady)}
              </td>
              <td className={table.number} data-label={columns.restarts}>
                {restarts ?? T.notKnown}
              </td>
              <td className={cx(styles.bad, rows.line)}>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'grid', gap: theme.spacing(2), minWidth: 0 }),
  muted: css({ color: theme.colors.text.secondary, margin: theme.spacing(0.5, 0) }),
  bad: css({ color: theme.colors.error.text }),
  events: css({ margin: 0, paddingLeft: theme.spacing(2.5), overflowWrap: 'anywhere' }),
});
