import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, useStyles2 } from '@grafana/ui';
import type { AnalysisStage } from '#contracts';
import { TEST_IDS } from '#ui';
import type { StageTime } from './stage-times.ts';

const STAGES: Readonly<Record<AnalysisStage, string>> = {
  signals: 'Read signals',
  topology: 'Read who calls whom',
  detection: 'Find what is strange',
  evidence: 'Collect evidence',
  ranking: 'Rank possible causes',
  details: 'Collect logs, traces and impact',
  report: 'Write the report',
  narrative: 'Word the summary',
};

const SIGNS: Readonly<Record<StageTime['state'], readonly [icon: IconName, words: string]>> = {
  done: ['check-circle', ''],
  current: ['hourglass', ''],
  later: ['circle', ''],
  failed: ['times-circle', 'failed here'],
  cancelled: ['times-circle', 'cancelled here'],
};

/** What is done now, as a sentence without an end. */
export function describeCurrent(stages: readonly StageTime[]): string {
  const current = stages.find(({ state }) => state === 'current');
  return current ? STAGES[current.stage] : 'Start the analysis';
}

/** The stages of an analysis with the time that each took. */
export function StageList({ stages }: { readonly stages: readonly StageTime[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.stages}>
      {stages.map(({ stage, state, tookMs }) => {
        const [icon, words] = SIGNS[state];
        return (
          <li
            key={stage}
            className={cx(styles.stage, state === 'later' && styles.later)}
            aria-current={state === 'current' ? 'step' : undefined}
            data-testid={TEST_IDS.rca.stage}
            data-stage={stage}
            data-state={state}
          >
            <Icon name={icon} size="sm" /> {STAGES[stage]}
            {words !== '' && <strong> {words}</strong>}
            {tookMs !== undefined && <span className={styles.time}> {formatTook(tookMs)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** Tenths of a second, so that the time under way can be read as it runs. */
export function formatTook(tookMs: number): string {
  return tookMs > 0 && tookMs < 50 ? '< 0.1 s' : `${(tookMs / 1000).toFixed(1)} s`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  stages: css({
    listStyle: 'none',
    padding: 0,
    margin: theme.spacing(1, 0),
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
  }),
  stage: css({ whiteSpace: 'nowrap' }),
  later: css({ color: theme.colors.text.secondary }),
  time: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
