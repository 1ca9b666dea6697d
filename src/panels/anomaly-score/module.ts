import { PanelPlugin } from '@grafana/data';
import { AnomalyScorePanel } from './AnomalyScorePanel.tsx';

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin(AnomalyScorePanel);
