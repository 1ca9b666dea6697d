// In the panel's own file: Grafana serves no other file of the app below the address of a nested panel.
import 'cytoscape';
import { PanelPlugin } from '@grafana/data';
import { CausalGraphPanel } from './CausalGraphPanel.tsx';
import { addGraphOptions, type GraphPanelOptions } from './panel-options.ts';

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin<GraphPanelOptions>(CausalGraphPanel).setPanelOptions(addGraphOptions);
