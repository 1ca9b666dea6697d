import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { formatBytes, formatClock, formatTime, TEST_IDS } from '#ui';
import { RUN_TEXTS as T } from '../rca-texts.ts';
import { type RunEnding, toStepTimes } from './run-steps.ts';
import type { RunView } from './run-view.ts';
import { formatTook, StepList } from './StepList.tsx';

/** How a run that is over went: its steps with their times, what it read, what it noted. Folded unless it went wrong. */
export function RunCourse({ view, ending }: { readonly view: RunView; readonly ending: RunEnding }) {
  const styles = useStyles2(getStyles);
  const { record, cost, notes, queries } = view;
  return (
    <details className={styles.course} open={ending !== 'finished'} data-testid={TEST_IDS.rca.took}>
      <summary>{T.took(formatTook(view.elapsedMs))}</summary>
      <StepList steps={toStepTimes(view.steps, view.elapsedMs, ending)} />
      {record && (
        <p className={styles.muted}>
          {T.startedBy(record.origin, record.startedBy)}, {formatTime(record.createdMs)}.
        </p>
      )}
      {cost && (
        <p className={styles.muted}>
          {T.cost(cost.queries, cost.rows, formatBytes(cost.bytes))}
          {cost.modelCalls > 0 && `; ${T.modelCost(cost.modelCalls, cost.tokensIn + cost.tokensOut)}`}.
        </p>
      )}
      {notes.length > 0 && (
        <ul aria-label={T.notes}>
          {notes.map(({ seq, level, text }) => (
            <li key={seq}>
              {level === 'warning' && <Icon name="exclamation-triangle" size="sm" />} {text}
            </li>
          ))}
        </ul>
      )}
      {queries.length > 0 && (
        <details>
          <summary>{T.queries(queries.length)}</summary>
          <ol className={styles.queries}>
            {queries.map(({ seq, atMs, source, text, rows, ms, error }) => (
              <li key={seq}>
                <span className={styles.muted}>{T.query(formatClock(atMs), source, rows, formatTook(ms))}</span>{' '}
                <code>{text}</code>
                {error !== null && <strong> {error}</strong>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  course: css({ minWidth: 0, '& ul': { paddingLeft: theme.spacing(2.5) } }),
  muted: css({ color: theme.colors.text.secondary, margin: 0 }),
  queries: css({
    paddingLeft: theme.spacing(4),
    overflowWrap: 'anywhere',
    '& code': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  }),
});
