import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { EvidenceSeries, TimeWindow } from '#model';
import { Citations } from '../CitedText.tsx';
import { formatValue } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';
import { formatClock } from './clock.ts';
import { SERIES_TEXTS as T } from './report-texts.ts';
import { describeUsual, describeValueAt, ROLE_LABELS, toSeriesFacts } from './series-facts.ts';
import { type SeriesMarkAt, SeriesOverlay } from './SeriesOverlay.tsx';
import { SeriesPlot, TIMES_HEIGHT } from './SeriesPlot.tsx';

/** One series: whose it is and what is strange about it in words, then its drawing with the mark of its onset. */
export function SeriesRow(props: {
  readonly series: EvidenceSeries;
  readonly window: TimeWindow;
  readonly range: TimeWindow;
  readonly width: number;
  readonly isLast: boolean;
  /** The instant that is read; undefined while none is. */
  readonly cursorMs: number | undefined;
  /** What is marked in every chart. */
  readonly marks: readonly SeriesMarkAt[];
}) {
  const { series, range, cursorMs } = props;
  const styles = useStyles2(getStyles);
  const { onsetMs } = series;
  return (
    <li
      data-testid={TEST_IDS.rca.seriesRow}
      data-service={series.service}
      data-role={series.role}
      data-signal={series.signal}
    >
      <div className={styles.head}>
        <span>
          <span className={styles.role}>{ROLE_LABELS[series.role]}</span> <strong>{series.service}</strong>{' '}
          {series.metric}
        </span>
        <span className={styles.facts}>
          {cursorMs === undefined ? (
            <>
              {describeStrangeness(series, props.window)} <Citations numbers={series.evidence} />
            </>
          ) : (
            <>
              {formatClock(cursorMs)}: <strong>{describeValueAt(series, cursorMs)}</strong>, {describeUsual(series)}
            </>
          )}
        </span>
      </div>
      <div className={styles.plot}>
        {props.width > 0 && <SeriesPlot series={series} range={range} width={props.width} showTimes={props.isLast} />}
        <SeriesOverlay
          range={range}
          marks={onsetMs === undefined ? props.marks : [...props.marks, { kind: 'onset', atMs: onsetMs }]}
          bottom={props.isLast ? TIMES_HEIGHT : 0}
        />
      </div>
    </li>
  );
}

function describeStrangeness(series: EvidenceSeries, window: TimeWindow): string {
  const { worst, missing, points } = toSeriesFacts(series, window);
  return [
    series.onsetMs === undefined ? T.neverStrange : T.strangeFrom(formatClock(series.onsetMs)),
    worst === undefined ? T.notMeasured : T.worst(formatValue(worst, series.unit)),
    describeUsual(series),
    ...(missing > 0 && worst !== undefined ? [T.missing(missing, points)] : []),
  ].join(', ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0, 2),
    justifyContent: 'space-between',
    overflowWrap: 'anywhere',
  }),
  role: css({
    padding: theme.spacing(0, 0.75),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
  }),
  facts: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  plot: css({ position: 'relative' }),
});
