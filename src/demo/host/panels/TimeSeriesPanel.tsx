import { type DataFrame, FieldType, type PanelProps } from '@grafana/data';
import {
  LegendDisplayMode,
  SortOrder,
  TooltipDisplayMode,
  type VizLegendOptions,
  type VizTooltipOptions,
} from '@grafana/schema';
import { KeyboardPlugin, TimeSeries, TooltipPlugin, type UPlotConfigBuilder, ZoomPlugin } from '@grafana/ui';
import { useMemo } from 'react';
import { NoData } from './NoData.tsx';
import { LEGEND_HEIGHT_PIXELS, SeriesLegend } from './SeriesLegend.tsx';

interface Options {
  legend: VizLegendOptions;
  tooltip: VizTooltipOptions;
}

const NO_LEGEND: VizLegendOptions = {
  showLegend: false,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

/** Lines over time with zoom and tooltip. */
export function TimeSeriesPanel(panel: PanelProps<Options>) {
  const { data, options, width, height, timeRange, timeZone } = panel;
  const frames = useMemo(() => data.series.filter(isPlottable), [data.series]);
  if (frames.length === 0) {
    return <NoData panel={panel} />;
  }
  const hasLegend = options.legend?.showLegend !== false;
  return (
    <>
      <TimeSeries
        frames={frames}
        structureRev={data.structureRev}
        timeRange={timeRange}
        timeZone={timeZone}
        width={width}
        height={height - (hasLegend ? LEGEND_HEIGHT_PIXELS : 0)}
        legend={NO_LEGEND}
        options={options}
      >
        {(plot: UPlotConfigBuilder, aligned: DataFrame) => (
          <>
            <KeyboardPlugin config={plot} />
            <ZoomPlugin config={plot} onZoom={panel.onChangeTimeRange} />
            <TooltipPlugin
              frames={frames}
              data={aligned}
              config={plot}
              mode={options.tooltip?.mode ?? TooltipDisplayMode.Multi}
              sortOrder={options.tooltip?.sort ?? SortOrder.None}
              timeZone={timeZone}
            />
          </>
        )}
      </TimeSeries>
      {hasLegend && <SeriesLegend frames={frames} />}
    </>
  );
}

function isPlottable(frame: DataFrame): boolean {
  const has = (type: FieldType) => frame.fields.some((field) => field.type === type);
  return has(FieldType.time) && has(FieldType.number);
}
