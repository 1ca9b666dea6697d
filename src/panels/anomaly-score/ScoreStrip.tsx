import React, { useId, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { toRcaUrl } from '#model';
import { heatCellStyles, TEST_IDS } from '#ui';
import type { PlotBox } from './AnomalousRanges.tsx';
import { describeSegment, type ScoreSegment } from './score-segments.ts';
import type { ScoreSeries, TimeStretch } from './score-series.ts';

/** Height of one row of the strip, in pixels. */
export const STRIP_ROW = 18;
/** How much of the time before a stretch the analysis looks at as well. */
const LEAD_MS = 30 * 60_000;

/** One row of the strip. */
export interface StripRow {
  readonly series: ScoreSeries;
  readonly segments: readonly ScoreSegment[];
}

/**
 * The states of the series under the chart, aligned with its time axis: level by colour and digit, unknown hatched. What
 * is not normal can be pointed at or reached with Tab; where the service is known it leads to the root cause.
 */
export function ScoreStrip(props: {
  readonly rows: readonly StripRow[];
  readonly window: TimeStretch;
  readonly box: PlotBox;
  readonly showNames: boolean;
}) {
  const styles = useStyles2(getStyles);
  const [read, setRead] = useState<{ readonly text: string; readonly leftPercent: number; readonly row: number }>();
  const tip = useId();
  return (
    <div className={styles.strip} data-testid={TEST_IDS.panel.strip}>
      {props.rows.map(({ series, segments }, row) => (
        <div key={series.service} className={styles.row}>
          <div className={styles.name} style={{ width: props.box.left }} title={series.service}>
            {props.showNames ? series.service : 'Score'}
          </div>
          <div className={styles.track} style={{ width: props.box.width }}>
            {segments.map((segment) => (
              <Segment
                key={segment.fromMs}
                series={series}
                segment={segment}
                window={props.window}
                describedBy={tip}
                onRead={(leftPercent) =>
                  setRead(
                    leftPercent === undefined
                      ? undefined
                      : { text: `${series.service}, ${describeSegment(segment)}`, leftPercent, row }
                  )
                }
              />
            ))}
          </div>
        </div>
      ))}
      {read && (
        <div
          id={tip}
          role="tooltip"
          className={styles.tip}
          style={{
            bottom: (props.rows.length - read.row) * STRIP_ROW + 4,
            ...(read.leftPercent > 50
              ? { right: `${Math.max(0, 100 - read.leftPercent - 10)}%` }
              : { left: `${Math.max(0, read.leftPercent - 5)}%` }),
          }}
          data-testid={TEST_IDS.panel.hover}
        >
          {read.text}
        </div>
      )}
    </div>
  );
}

function Segment(props: {
  readonly series: ScoreSeries;
  readonly segment: ScoreSegment;
  readonly window: TimeStretch;
  readonly describedBy: string;
  readonly onRead: (leftPercent: number | undefined) => void;
}) {
  const { series, segment, window } = props;
  const styles = useStyles2(getStyles);
  const looks = useStyles2(heatCellStyles);
  const span = window.toMs - window.fromMs;
  const left = Math.max(0, ((segment.fromMs - window.fromMs) / span) * 100);
  const right = Math.min(100, ((segment.toMs - window.fromMs) / span) * 100);
  if (!(right > left)) {
    return null;
  }
  const isAnomalous = segment.level !== 'normal' && segment.level !== 'unknown';
  const shared = {
    className: cx(styles.segment, looks[segment.level], isAnomalous && styles.visible),
    style: { left: `${left}%`, width: `${right - left}%` },
    'data-testid': TEST_IDS.panel.segment,
    'data-level': segment.level,
    'data-code': segment.code,
    'data-sign': isAnomalous && segment.peak !== null ? String(Math.min(9, Math.floor(segment.peak * 10 + 1e-9))) : '',
    onMouseEnter: () => props.onRead(left),
    onMouseLeave: () => props.onRead(undefined),
    onFocus: () => props.onRead(left),
    onBlur: () => props.onRead(undefined),
  };
  const label = `${series.service}, ${describeSegment(segment)}`;
  if (segment.level === 'normal') {
    // Nothing to do here for a keyboard: what is normal is said by the state below.
    return <span {...shared} />;
  }
  return series.rcaService === undefined || !isAnomalous ? (
    <button type="button" {...shared} aria-label={label} />
  ) : (
    <a
      {...shared}
      aria-label={`${label} Find the root cause.`}
      href={toRcaUrl({
        service: series.rcaService,
        from: String(segment.fromMs - LEAD_MS),
        to: String(segment.toMs),
      })}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({ position: 'relative' }),
  row: css({ display: 'flex', height: STRIP_ROW }),
  name: css({
    flexShrink: 0,
    paddingRight: theme.spacing(0.5),
    textAlign: 'right',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    lineHeight: `${STRIP_ROW}px`,
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  track: css({ position: 'relative', marginTop: 2, height: STRIP_ROW - 4 }),
  segment: css({
    position: 'absolute',
    top: 0,
    height: '100%',
    padding: 0,
    border: 0,
    borderRadius: 0,
    overflow: 'hidden',
    fontSize: 10,
    lineHeight: `${STRIP_ROW - 4}px`,
    textAlign: 'center',
    // By style, since the name of the stretch says it in words.
    '&::after': { content: 'attr(data-sign)' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1, zIndex: 2 },
  }),
  // A short stretch of a long range would be thinner than a line.
  visible: css({ minWidth: 6, zIndex: 1 }),
  tip: css({
    position: 'absolute',
    zIndex: theme.zIndex.tooltip,
    maxWidth: '60%',
    padding: theme.spacing(0.75, 1),
    background: theme.colors.background.elevated,
    color: theme.colors.text.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    fontSize: theme.typography.bodySmall.fontSize,
    pointerEvents: 'none',
  }),
});
