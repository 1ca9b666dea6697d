import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { CitedText } from './CitedText.tsx';
import { formatDuration, formatTime } from './format.ts';
import { TEST_IDS } from './test-ids.ts';
import type { TimelineEvent } from './timeline.ts';
import { TIMELINE_TEXTS as T } from './timeline-texts.ts';
import { toToneColor } from './tone.ts';

/** What happened in an incident, oldest first, with the time since the first event. */
export function IncidentTimeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const startMs = events[0]?.atMs ?? 0;
  return (
    <ol className={styles.list} data-testid={TEST_IDS.rca.timeline}>
      {events.map((event, index) => (
        <li key={index} className={styles.event} style={{ borderColor: toToneColor(theme, event.tone) }}>
          <div className={styles.time}>
            {formatTime(event.atMs)}
            {event.atMs > startMs && T.sinceStart(formatDuration(event.atMs - startMs))}
          </div>
          <div>{event.title}</div>
          {event.detail !== undefined && event.detail !== '' && (
            <div className={styles.detail}>
              <CitedText text={event.detail} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  event: css({
    padding: theme.spacing(0.5, 0, 1, 2),
    borderLeftWidth: theme.spacing(0.5),
    borderLeftStyle: 'solid',
    overflowWrap: 'anywhere',
  }),
  time: css({
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  detail: css({ color: theme.colors.text.secondary }),
});
