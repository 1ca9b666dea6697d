import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { WatchAnswer } from '#contracts';
import { formatAgo, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useNow, usePolling } from '../../use-polling.ts';

const POLL_MS = 10_000;

/** One line: whether the services are being watched, and when they were last looked at. */
export function WatchLine({ backend }: { readonly backend: BackendClient }) {
  const styles = useStyles2(getStyles);
  const load = useCallback((signal: AbortSignal) => backend.watch(signal), [backend]);
  const { data, problem } = usePolling(load, POLL_MS);
  const now = useNow();
  if (!data) {
    return problem ? (
      <p className={styles.line}>Whether the services are being watched is unknown: {problem.message}</p>
    ) : null;
  }
  return (
    <p className={styles.line} data-testid={TEST_IDS.overview.watch}>
      <Icon name={data.enabled ? 'eye' : 'eye-slash'} size="sm" /> {describeWatch(data, now)}
      {data.problems.length > 0 && ` ${data.problems.map(({ source, message }) => `${source}: ${message}`).join(' ')}`}
    </p>
  );
}

/** What the watch does, in a sentence or two. */
export function describeWatch(watch: WatchAnswer, nowMs: number): string {
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
