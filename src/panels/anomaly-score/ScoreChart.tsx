import React, { type MouseEvent, useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, useStyles2, useTheme2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { AnomalousRanges, type PlotBox } from './AnomalousRanges.tsx';
import { describeAt, describeState, rankRows } from './panel-state.ts';
import { type AnomalyScoreOptions, toPlotFrames } from './plot-frames.ts';
import { toSegments } from './score-segments.ts';
import { SHADE_FROM, mergeStretches, type TimeStretch, toAnomalousStretches } from './score-series.ts';
import { ScoreLegend } from './ScoreLegend.tsx';
import { ScoreStrip, STRIP_ROW, type StripRow } from './ScoreStrip.tsx';
import { toStripSeries } from './strip-series.ts';
import type { JudgedSeries } from './use-judged-series.ts';

/** Rows of the strip at most: the strangest ones. */
const STRIP_ROWS = 5;
const LINE = 24;
const MAX_NAME = 140;

/** The chart, its strip, legend and the state in words. */
export function ScoreChart(props: PanelProps<AnomalyScoreOptions> & { readonly judged: JudgedSeries }) {
  const { judged, options, width, height, timeRange, timeZone } = props;
  const { series, progress, notes } = judged;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const isMany = series.length > 1;
  const axisWidth = isMany ? Math.min(MAX_NAME, Math.round(width / 4)) : undefined;
  const frames = useMemo(() => toPlotFrames(series, options, theme, axisWidth), [series, options, theme, axisWidth]);
  const fromMs = timeRange.from.valueOf();
  const toMs = timeRange.to.valueOf();
  // A range may reach beyond now; what has not happened yet is not unknown.
  const endMs = Math.min(toMs, props.data.request?.startTime ?? toMs);
  const { by } = judged;
  const rows = useMemo<readonly StripRow[]>(
    () =>
      rankRows(
        toStripSeries(series, by).map((item) => ({ series: item, segments: toSegments(item, { fromMs, toMs: endMs }) }))
      ),
    [series, by, fromMs, endMs]
  );
  const [box, setBox] = useBox(width);
  const strip = rows.slice(0, STRIP_ROWS);
  const showLegend = options.showLegend && isMany;
  const lines = (showLegend ? 2 : 1) * LINE + strip.length * STRIP_ROW;
  const state = describeState(rows, notes, progress, STRIP_ROWS);
  return (
    <>
      <Hover
        rows={rows}
        series={series}
        box={box}
        fromMs={fromMs}
        toMs={toMs}
        format={(atMs) => dateTimeFormat(atMs, { timeZone })}
      >
        <TimeSeries
          frames={frames}
          structureRev={props.data.structureRev ?? 0}
          width={width}
          height={Math.max(0, height - lines)}
          timeRange={timeRange}
          timeZone={timeZone}
          legend={{ showLegend: false, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] }}
        >
          {(config) => (
            <AnomalousRanges
              config={config}
              stretches={toShaded(rows, options)}
              color={theme.colors.error.transparent}
              unknown={isMany ? [] : toUnknown(rows)}
              unknownColor={theme.colors.border.weak}
              onBox={setBox}
            />
          )}
        </TimeSeries>
      </Hover>
      <ScoreStrip rows={strip} window={{ fromMs, toMs }} box={box} showNames={isMany} />
      {showLegend && <ScoreLegend frames={frames} />}
      <p className={styles.state} title={state} data-testid={TEST_IDS.panel.state}>
        {state}
      </p>
    </>
  );
}

/** Where the plot lies; told by the chart after it has drawn. */
function useBox(width: number): readonly [PlotBox, (box: PlotBox) => void] {
  const [box, setBox] = useState<PlotBox>({ left: 0, width });
  const update = useCallback((next: PlotBox) => {
    // The chart draws while it is mounted: the strip follows in a render of its own.
    queueMicrotask(() =>
      setBox((old) => (Math.abs(old.left - next.left) < 1 && Math.abs(old.width - next.width) < 1 ? old : next))
    );
  }, []);
  return [box, update];
}

function toShaded(rows: readonly StripRow[], { shadeFrom }: AnomalyScoreOptions): readonly TimeStretch[] {
  return shadeFrom === 'never'
    ? []
    : mergeStretches(rows.flatMap(({ series }) => toAnomalousStretches(series, SHADE_FROM[shadeFrom])));
}

function toUnknown(rows: readonly StripRow[]): readonly TimeStretch[] {
  return rows.flatMap(({ segments }) => segments.filter(({ level }) => level === 'unknown'));
}

/** Says what is under the mouse, wherever in the chart that is. The strip says the same to a keyboard. */
function Hover(props: {
  readonly rows: readonly StripRow[];
  readonly series: JudgedSeries['series'];
  readonly box: PlotBox;
  readonly fromMs: number;
  readonly toMs: number;
  readonly format: (atMs: number) => string;
  readonly children: React.ReactNode;
}) {
  const { rows, box, fromMs, toMs } = props;
  const styles = useStyles2(getStyles);
  const [at, setAt] = useState<{ readonly x: number; readonly atMs: number }>();
  const onMove = (event: MouseEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const share = (x - box.left) / Math.max(1, box.width);
    setAt(share >= 0 && share <= 1 ? { x, atMs: fromMs + share * (toMs - fromMs) } : undefined);
  };
  const lines = at ? describeAt(rows, props.series, at.atMs) : [];
  return (
    // Reading by mouse is an addition: the strip below says the same to a keyboard.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.hover} onMouseMove={onMove} onMouseLeave={() => setAt(undefined)}>
      {props.children}
      {at && lines.length > 0 && (
        <div
          className={styles.card}
          style={at.x > box.left + box.width / 2 ? { right: `calc(100% - ${at.x - 12}px)` } : { left: at.x + 12 }}
          aria-hidden
          data-testid={TEST_IDS.panel.hover}
        >
          <strong>{props.format(at.atMs)}</strong>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  hover: css({ position: 'relative' }),
  card: css({
    position: 'absolute',
    top: theme.spacing(1),
    zIndex: theme.zIndex.tooltip,
    maxWidth: '50%',
    padding: theme.spacing(0.75, 1),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    fontSize: theme.typography.bodySmall.fontSize,
    pointerEvents: 'none',
  }),
  state: css({
    margin: 0,
    height: LINE,
    lineHeight: `${LINE}px`,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
