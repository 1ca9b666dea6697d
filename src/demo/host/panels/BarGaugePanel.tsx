import { type FieldDisplay, type PanelProps, VizOrientation } from '@grafana/data';
import { BarGaugeDisplayMode } from '@grafana/schema';
import { BarGauge, useTheme2, VizRepeater, type VizRepeaterRenderValueProps } from '@grafana/ui';
import { NoData } from './NoData.tsx';
import { readDisplayValues, type ReducingOptions } from './display-values.ts';

interface Options extends ReducingOptions {
  readonly displayMode?: BarGaugeDisplayMode;
}

const CELL_PIXELS = 8;

/** One horizontal bar per series. */
export function BarGaugePanel(panel: PanelProps<Options>) {
  const theme = useTheme2();
  if (panel.data.series.length === 0) {
    return <NoData panel={panel} />;
  }
  const renderValue = ({ value, width, height }: VizRepeaterRenderValueProps<FieldDisplay>) => (
    <BarGauge
      value={value.display}
      field={value.field}
      {...(value.view ? { display: value.view.getFieldDisplayProcessor(value.colIndex ?? 0) } : {})}
      displayMode={panel.options.displayMode ?? BarGaugeDisplayMode.Gradient}
      orientation={VizOrientation.Horizontal}
      width={width}
      height={height}
      itemSpacing={CELL_PIXELS}
      lcdCellWidth={CELL_PIXELS}
      theme={theme}
    />
  );
  return (
    <VizRepeater<FieldDisplay>
      getValues={() => readDisplayValues(panel)}
      source={panel.data}
      width={panel.width}
      height={panel.height}
      renderCounter={panel.renderCounter}
      orientation={VizOrientation.Horizontal}
      renderValue={renderValue}
    />
  );
}
