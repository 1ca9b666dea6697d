import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { WatchAnswer } from '#contracts';
import { formatAgo, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { WatchStatus } from '../../WatchStatus.tsx';

/** One line: whether the services are being watched, and when they were last looked at. */
export function WatchLine({ backend }: { readonly backend: BackendClient }) {
  const styles = useStyles2(getStyles);
  return (
    <WatchStatus backend={backend} testId={TEST_IDS.overview.watch} className={styles.line} describe={describeWatch} />
  );
}

/** What the watch does, in a sentence or two. */
function describeWatch(watch: WatchAnswer, nowMs: number): string {
  if (!watch.enabled) {
    return 'Nobody watches: the watch is switched off in the data source settings. No incident will be opened.';
  }
  return watch.lastTickMs === null
    ? 'The watch is starting.'
    : `Watching. Last look ${formatAgo(watch.lastTickMs, nowMs)}.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ color: theme.colors.text.secondary, margin: theme.spacing(0, 0, 1) }),
});
