import React, { memo, useLayoutEffect, useMemo } from 'react';
import { dateTime } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, type UPlotConfigBuilder, useTheme2, type VizLegendOptions } from '@grafana/ui';
import type { EvidenceSeries, TimeWindow } from '#model';
import { toSeriesFrame } from './series-frame.ts';

/** Room beside the plot, in CSS pixels; the same in every chart, so that equal times lie below each other. */
export const PLOT_MARGIN = { left: 60, right: 26 } as const;
const PLOT_HEIGHT = 88;
/** Room for the times below the last chart, in CSS pixels. */
export const TIMES_HEIGHT = 22;
/** One object for all: the chart is built anew for another one. */
const LEGEND: VizLegendOptions = {
  showLegend: false,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

/**
 * The drawing of one series over its usual band. Says nothing to a screen reader: the same is told in words beside it.
 * Stays as it is while the reading line moves.
 */
export const SeriesPlot = memo(function SeriesPlot({
  series,
  range,
  width,
  showTimes,
}: {
  readonly series: EvidenceSeries;
  readonly range: TimeWindow;
  readonly width: number;
  readonly showTimes: boolean;
}) {
  const theme = useTheme2();
  const { fromMs, toMs } = range;
  // The chart draws anew for new frames, not for a new range.
  const drawing = useMemo(() => {
    const [from, to] = [dateTime(fromMs), dateTime(toMs)];
    return {
      frames: [toSeriesFrame(series, theme, { axisWidth: PLOT_MARGIN.left, showTimes })],
      timeRange: { from, to, raw: { from, to } },
    };
  }, [series, theme, showTimes, fromMs, toMs]);
  return (
    <div aria-hidden>
      <TimeSeries
        {...drawing}
        timeZone="browser"
        structureRev={0}
        width={width}
        height={PLOT_HEIGHT + (showTimes ? TIMES_HEIGHT : 0)}
        legend={LEGEND}
      >
        {(config) => <PlotFrame config={config} />}
      </TimeSeries>
    </div>
  );
});

/** Fixes the margins, and leaves the cursor to the line that crosses all charts. */
function PlotFrame({ config }: { readonly config: UPlotConfigBuilder }) {
  useLayoutEffect(() => {
    config.setPadding([6, PLOT_MARGIN.right, 6, 0]);
    config.setCursor({ show: false });
  }, [config]);
  return null;
}
