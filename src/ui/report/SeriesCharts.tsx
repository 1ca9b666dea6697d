import React, { type PointerEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ChangeEvent, EvidenceSeries, TimeWindow } from '#model';
import { TEST_IDS } from '../test-ids.ts';
import { formatClock } from './clock.ts';
import { SERIES_TEXTS as T } from './report-texts.ts';
import { describeValueAt, stepOf } from './series-facts.ts';
import { SeriesOverlay } from './SeriesOverlay.tsx';
import { PLOT_MARGIN, TIMES_HEIGHT } from './SeriesPlot.tsx';
import { SeriesRow } from './SeriesRow.tsx';
import { useWidth } from './use-width.ts';

/**
 * Charts below each other over one range, with one reading line through all of them: by pointer, or by the slider below
 * with keys and on a touch screen.
 */
export function SeriesCharts({
  series,
  window,
  range,
  changes,
}: {
  readonly series: readonly EvidenceSeries[];
  readonly window: TimeWindow;
  readonly range: TimeWindow;
  readonly changes: readonly ChangeEvent[];
}) {
  const styles = useStyles2(getStyles);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const [cursor, setCursor] = useState<number>();
  const width = useWidth(box);
  const cursorMs = cursor === undefined || cursor < range.fromMs || cursor > range.toMs ? undefined : cursor;
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const plot = bounds.width - PLOT_MARGIN.left - PLOT_MARGIN.right;
    const share = (event.clientX - bounds.left - PLOT_MARGIN.left) / Math.max(1, plot);
    setCursor(share >= 0 && share <= 1 ? range.fromMs + share * (range.toMs - range.fromMs) : undefined);
  };
  const marks = [
    { kind: 'bound' as const, atMs: window.fromMs },
    { kind: 'bound' as const, atMs: window.toMs },
    ...changes.map(({ atMs }) => ({ kind: 'change' as const, atMs })),
  ];
  return (
    <>
      {/* Reading by pointer is an addition: the slider does the same by keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={setBox} className={styles.charts} onPointerMove={onMove} onPointerLeave={() => setCursor(undefined)}>
        <ol className={styles.list} data-testid={TEST_IDS.rca.seriesCharts}>
          {series.map((item, index) => (
            <SeriesRow
              key={index}
              series={item}
              window={window}
              range={range}
              width={width}
              isLast={index === series.length - 1}
              cursorMs={cursorMs}
              marks={marks}
            />
          ))}
        </ol>
        <SeriesOverlay
          range={range}
          marks={cursorMs === undefined ? [] : [{ kind: 'cursor', atMs: cursorMs }]}
          bottom={TIMES_HEIGHT}
        />
      </div>
      <CursorSlider series={series} range={range} cursorMs={cursorMs} onChange={setCursor} />
    </>
  );
}

/** Moves the reading line without a mouse; what it reads is told as the value of the slider. */
function CursorSlider(props: {
  readonly series: readonly EvidenceSeries[];
  readonly range: TimeWindow;
  readonly cursorMs: number | undefined;
  readonly onChange: (atMs: number) => void;
}) {
  const { series, range, cursorMs } = props;
  const styles = useStyles2(getStyles);
  const step = Math.max(1000, Math.min(...series.map(({ timesMs }) => stepOf(timesMs) || 60_000)));
  const read = (atMs: number) =>
    [formatClock(atMs), ...series.map((item) => `${item.service} ${item.metric} ${describeValueAt(item, atMs)}`)].join(
      ', '
    );
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label={T.readAt}
      aria-valuetext={cursorMs === undefined ? T.nothingRead : read(cursorMs)}
      min={range.fromMs}
      max={range.toMs}
      step={step}
      value={cursorMs ?? range.fromMs}
      onChange={(event) => props.onChange(Number(event.currentTarget.value))}
      data-testid={TEST_IDS.rca.seriesSlider}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  charts: css({ position: 'relative' }),
  list: css({ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: theme.spacing(0.5) }),
  slider: css({
    display: 'block',
    margin: theme.spacing(0.5, 0, 0),
    marginLeft: PLOT_MARGIN.left,
    width: `calc(100% - ${PLOT_MARGIN.left + PLOT_MARGIN.right}px)`,
    accentColor: theme.colors.primary.main,
    colorScheme: theme.colors.mode,
  }),
});
