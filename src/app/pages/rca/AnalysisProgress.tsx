import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import { ANALYSIS_STAGES, type AnalysisStage } from '#contracts';
import { TEST_IDS } from '#ui';

const STAGES: Readonly<Record<AnalysisStage, string>> = {
  signals: 'Read signals',
  topology: 'Read who calls whom',
  detection: 'Find what is strange',
  evidence: 'Collect evidence',
  ranking: 'Rank possible causes',
  report: 'Write the report',
  narrative: 'Word the summary',
};

/** The stages of a running analysis: done, under way, to come; and a way to stop it. */
export function AnalysisProgress({
  done,
  onCancel,
}: {
  readonly done: readonly AnalysisStage[];
  readonly onCancel: () => void;
}) {
  const styles = useStyles2(getStyles);
  const current = ANALYSIS_STAGES.find((stage) => !done.includes(stage));
  return (
    <div className={styles.box} data-testid={TEST_IDS.rca.progress}>
      <p aria-live="polite">{current === undefined ? 'Finishing' : STAGES[current]} …</p>
      <ol className={styles.stages}>
        {ANALYSIS_STAGES.map((stage) => (
          <li
            key={stage}
            className={cx(!done.includes(stage) && stage !== current && styles.later)}
            aria-current={stage === current ? 'step' : undefined}
          >
            <Icon name={done.includes(stage) ? 'check-circle' : stage === current ? 'hourglass' : 'circle'} size="sm" />{' '}
            {STAGES[stage]}
          </li>
        ))}
      </ol>
      <Button variant="secondary" size="sm" icon="times" onClick={onCancel} data-testid={TEST_IDS.rca.cancel}>
        Cancel
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  stages: css({
    listStyle: 'none',
    padding: 0,
    margin: theme.spacing(0, 0, 2),
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
  }),
  later: css({ color: theme.colors.text.secondary }),
});
