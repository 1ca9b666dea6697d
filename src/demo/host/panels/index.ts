import { FieldColorModeId, FieldConfigProperty, PanelPlugin, ReducerID } from '@grafana/data';
import { commonOptionsBuilder } from '@grafana/ui';
import { noEditor } from '../registries/editors.ts';
import { BarGaugePanel } from './BarGaugePanel.tsx';
import { addGraphFieldOptions } from './graph-options.ts';
import { LogsPanel } from './LogsPanel.tsx';
import { NodeGraphPanel } from './NodeGraphPanel.tsx';
import { StatPanel } from './StatPanel.tsx';
import { TablePanel } from './TablePanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { TimeSeriesPanel } from './TimeSeriesPanel.tsx';

function timeSeries(): PanelPlugin {
  return new PanelPlugin(TimeSeriesPanel)
    .useFieldConfig({
      standardOptions: {
        [FieldConfigProperty.Color]: {
          defaultValue: { mode: FieldColorModeId.PaletteClassic },
          settings: { byValueSupport: true, bySeriesSupport: true },
        },
      },
      useCustomConfig: addGraphFieldOptions,
    })
    .setPanelOptions((builder) => {
      commonOptionsBuilder.addTooltipOptions(builder);
      commonOptionsBuilder.addLegendOptions(builder);
    }) as unknown as PanelPlugin;
}

function reducing(component: ConstructorParameters<typeof PanelPlugin>[0]): PanelPlugin {
  return new PanelPlugin(component).useFieldConfig().setPanelOptions((builder) => {
    builder.addCustomEditor({
      id: 'reduceOptions',
      path: 'reduceOptions',
      name: 'Value options',
      editor: noEditor,
      defaultValue: { values: false, calcs: [ReducerID.lastNotNull], fields: '' },
    });
  });
}

function table(): PanelPlugin {
  return new PanelPlugin(TablePanel).useFieldConfig({
    useCustomConfig: (builder) => {
      builder.addCustomEditor({
        id: 'cellOptions',
        path: 'cellOptions',
        name: 'Cell type',
        editor: noEditor,
        override: noEditor,
        process: (value: unknown) => value,
        shouldApply: () => true,
        defaultValue: { type: 'auto' },
      });
    },
  }) as unknown as PanelPlugin;
}

type PanelComponent = ConstructorParameters<typeof PanelPlugin>[0];

/** Substitutes for Grafana's own panels, by plugin id. Data and units are right; the looks are not Grafana's. */
export const builtinPanels: Readonly<Record<string, () => PanelPlugin>> = {
  timeseries: timeSeries,
  stat: () => reducing(StatPanel as PanelComponent),
  bargauge: () => reducing(BarGaugePanel as PanelComponent),
  table,
  logs: () => new PanelPlugin(LogsPanel),
  text: () => new PanelPlugin(TextPanel as PanelComponent),
  nodeGraph: () => new PanelPlugin(NodeGraphPanel),
};
