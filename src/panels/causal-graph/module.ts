import { PanelPlugin } from '@grafana/data';
import { CausalGraphPanel } from './CausalGraphPanel.tsx';

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin(CausalGraphPanel);
