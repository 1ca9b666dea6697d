import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { WatchAnswer } from '#contracts';
import { formatAgo, formatDuration, formatMinute, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { WatchStatus } from '../../WatchStatus.tsx';

/** What the watch does: who leads, how often it reads and judges, and from when the models are. */
export function WatchState({ backend }: { readonly backend: BackendClient }) {
  const styles = useStyles2(getStyles);
  return (
    <WatchStatus
      backend={backend}
      testId={TEST_IDS.anomalies.watch}
      className={styles.line}
      describe={describeWatchState}
    />
  );
}

/** The state of the watch in sentences. What is not known is said to be so. */
function describeWatchState(watch: WatchAnswer, nowMs: number): string {
  if (!watch.enabled) {
    return 'Nobody watches: the watch is switched off in the data source settings. Scores are made when asked for.';
  }
  const leader =
    watch.leader === true
      ? 'This backend watches.'
      : watch.leader === false
        ? `${watch.leaderName === '' ? 'Another backend' : watch.leaderName} watches; this one stands by.`
        : 'Which backend watches is not known.';
  const last = watch.lastTickMs === null ? 'Nothing judged yet.' : `Last judged ${formatAgo(watch.lastTickMs, nowMs)}.`;
  const fit =
    watch.lastFitMs === null
      ? 'No model fitted yet.'
      : `Models fitted ${formatAgo(watch.lastFitMs, nowMs)}${watch.nextFitMs === null ? '' : `, next ${formatMinute(watch.nextFitMs)}`}.`;
  const every = `Reads every ${formatDuration(watch.collectSeconds * 1000)}, judges every ${formatDuration(watch.detectSeconds * 1000)}.`;
  return [leader, every, last, fit].join(' ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ color: theme.colors.text.secondary, margin: theme.spacing(1, 0, 2) }),
});
