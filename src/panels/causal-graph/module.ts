import { PanelPlugin } from '@grafana/data';
import { CausalGraphPanel } from './CausalGraphPanel.tsx';
import { addGraphOptions, type GraphPanelOptions } from './panel-options.ts';

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin<GraphPanelOptions>(CausalGraphPanel).setPanelOptions(addGraphOptions);
