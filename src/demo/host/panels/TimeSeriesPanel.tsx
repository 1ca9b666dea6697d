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

interface Options {
  legend: VizLegendOptions;
  tooltip: VizTooltipOptions;
}

const LEGEND: VizLegendOptions = {
  showLegend: true,
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
  return (
    <TimeSeries
      frames={frames}
      structureRev={data.structureRev}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={{ ...LEGEND, ...options.legend }}
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
  );
}

function isPlottable(frame: DataFrame): boolean {
  const has = (type: FieldType) => frame.fields.some((field) => field.type === type);
  return has(FieldType.time) && has(FieldType.number);
}
