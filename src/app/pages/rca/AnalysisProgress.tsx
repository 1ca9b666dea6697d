import React, { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { describeCurrent, StageList } from './StageList.tsx';
import { type BegunStage, toStageTimes } from './stage-times.ts';

const TICK_MS = 200;

/** The stages of a running analysis with their times, and a way to stop it. `startedMs` is of `performance.now()`. */
export function AnalysisProgress({
  begun,
  startedMs,
  onCancel,
}: {
  readonly begun: readonly BegunStage[];
  readonly startedMs: number;
  readonly onCancel: () => void;
}) {
  const styles = useStyles2(getStyles);
  const stages = toStageTimes(begun, useElapsed(startedMs));
  return (
    <div className={styles.box} data-testid={TEST_IDS.rca.progress}>
      {/* The times tick: only the name of the stage is read out. */}
      <p aria-live="polite">{describeCurrent(stages)} …</p>
      <StageList stages={stages} />
      <Button variant="secondary" size="sm" icon="times" onClick={onCancel} data-testid={TEST_IDS.rca.cancel}>
        Cancel
      </Button>
    </div>
  );
}

/** Time since an instant of `performance.now()`, which no simulated clock changes. */
function useElapsed(startedMs: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - startedMs);
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
});
