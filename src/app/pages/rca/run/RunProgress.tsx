import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import { ErrorState, type Problem, TEST_IDS } from '#ui';
import { RUN_TEXTS as T } from '../rca-texts.ts';
import type { RunConnection } from './follow-run.ts';
import { toStepTimes } from './run-steps.ts';
import type { RunView } from './run-view.ts';
import { describeCurrent, formatTook, StepList } from './StepList.tsx';
import { useElapsed } from './use-elapsed.ts';

const MOST_SHOWN = 220;

/** What a run does now: its steps, what it reads, for how long, and a way to end it. */
export function RunProgress(props: {
  readonly view: RunView;
  readonly connection: RunConnection;
  /** When the newest event came, of `performance.now()`. */
  readonly heardMs: number;
  /** Missing while there is nothing that could be cancelled. */
  readonly onCancel: (() => void) | undefined;
  readonly cancelProblem: Problem | undefined;
}) {
  const { view, connection } = props;
  const styles = useStyles2(getStyles);
  const elapsed = view.elapsedMs + useElapsed(props.heardMs, true);
  const steps = toStepTimes(view.steps, elapsed, undefined);
  const query = view.queries.at(-1);
  return (
    <section className={styles.box} aria-label={T.progress} data-testid={TEST_IDS.rca.progress}>
      <div className={styles.head}>
        <Icon name="hourglass" />
        {/* The times tick: only the name of the step is read out. */}
        <output className={styles.now} aria-live="polite">
          {view.ahead > 0 ? T.ahead(view.ahead) : describeCurrent(steps)} …
        </output>
        <span className={styles.muted}>{formatTook(elapsed)}</span>
        {props.onCancel && (
          <Button
            variant="secondary"
            size="sm"
            icon="times"
            className={styles.cancel}
            onClick={props.onCancel}
            data-testid={TEST_IDS.rca.cancel}
          >
            {T.cancel}
          </Button>
        )}
      </div>
      <StepList steps={steps} />
      {query && (
        <p className={styles.query} data-testid={TEST_IDS.rca.query}>
          <span className={styles.muted}>
            {T.reading} {query.source} ({T.reads(view.queries.length)}):
          </span>{' '}
          <code>{query.text.slice(0, MOST_SHOWN)}</code>
        </p>
      )}
      <ConnectionNotice connection={connection} />
      {view.problem && (
        <p className={styles.muted}>
          {T.storedProblem}: {view.problem.source}: {view.problem.reason}
        </p>
      )}
      <p className={styles.muted}>{T.goesOn}</p>
      {props.cancelProblem && <ErrorState problem={props.cancelProblem} />}
    </section>
  );
}

function ConnectionNotice({ connection }: { readonly connection: RunConnection }) {
  const styles = useStyles2(getStyles);
  if (connection.kind === 'stream') {
    return null;
  }
  return (
    <p className={styles.warning} data-testid={TEST_IDS.rca.connection} data-state={connection.kind}>
      <Icon name="exclamation-triangle" size="sm" />{' '}
      {connection.kind === 'polling' ? T.polling : `${T.retrying} ${connection.problem.message}`}
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  now: css({ fontWeight: theme.typography.fontWeightBold }),
  cancel: css({ marginLeft: 'auto' }),
  muted: css({ color: theme.colors.text.secondary, margin: 0, fontVariantNumeric: 'tabular-nums' }),
  warning: css({ color: theme.colors.warning.text, margin: theme.spacing(0.5, 0) }),
  query: css({
    margin: theme.spacing(0.5, 0),
    '& code': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  }),
});
