import { type FieldDisplay, type PanelProps, VizOrientation } from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  type BigValueTextMode,
  useTheme2,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import { NoData } from './NoData.tsx';
import { readDisplayValues, type ReducingOptions } from './display-values.ts';

interface Options extends ReducingOptions {
  readonly colorMode?: BigValueColorMode;
  readonly graphMode?: BigValueGraphMode;
  readonly textMode?: BigValueTextMode;
}

/** One big value per series. */
export function StatPanel(panel: PanelProps<Options>) {
  const theme = useTheme2();
  if (panel.data.series.length === 0) {
    return <NoData panel={panel} />;
  }
  const renderValue = ({ value, width, height, count }: VizRepeaterRenderValueProps<FieldDisplay>) => (
    <BigValue
      value={value.display}
      {...(value.sparkline ? { sparkline: value.sparkline } : {})}
      colorMode={panel.options.colorMode ?? BigValueColorMode.Value}
      graphMode={panel.options.graphMode ?? BigValueGraphMode.Area}
      {...(panel.options.textMode ? { textMode: panel.options.textMode } : {})}
      width={width}
      height={height}
      count={count}
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
      orientation={VizOrientation.Auto}
      autoGrid
      renderValue={renderValue}
    />
  );
}
