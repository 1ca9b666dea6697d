import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { RUN_TEXTS as T } from '../rca-texts.ts';
import type { StepTime } from './run-steps.ts';

const SIGNS: Readonly<Record<StepTime['state'], readonly [icon: IconName, words: string]>> = {
  done: ['check-circle', ''],
  current: ['hourglass', ''],
  later: ['circle', ''],
  failed: ['times-circle', T.failedHere],
  cancelled: ['times-circle', T.cancelledHere],
};

/** What is done now, as a sentence without an end. */
export function describeCurrent(steps: readonly StepTime[]): string {
  const current = steps.findLast(({ state }) => state === 'current');
  return current ? T.steps[current.step] : T.begins;
}

/** The steps of a run with the time that each took, and what was found. */
export function StepList({ steps }: { readonly steps: readonly StepTime[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.steps}>
      {steps.map(({ step, state, ms, text, reads }) => {
        const [icon, words] = SIGNS[state];
        const found = text === '' && reads > 0 ? T.reads(reads) : text;
        return (
          <li
            key={step}
            className={cx(styles.step, state === 'later' && styles.later)}
            aria-current={state === 'current' ? 'step' : undefined}
            data-testid={TEST_IDS.rca.stage}
            data-stage={step}
            data-state={state}
          >
            <Icon name={icon} size="sm" /> {T.steps[step]}
            {words !== '' && <strong> {words}</strong>}
            {ms !== undefined && <span className={styles.time}> {formatTook(ms)}</span>}
            {found !== '' && <span className={styles.time}> ({found})</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** Tenths of a second, so that the time under way can be read as it runs. */
export function formatTook(ms: number): string {
  return ms < 50 ? '< 0.1 s' : `${(ms / 1000).toFixed(1)} s`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  steps: css({
    listStyle: 'none',
    padding: 0,
    margin: theme.spacing(1, 0),
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 310px), 1fr))',
    gap: theme.spacing(0.5, 2),
  }),
  step: css({ overflowWrap: 'anywhere' }),
  later: css({ color: theme.colors.text.secondary }),
  time: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
