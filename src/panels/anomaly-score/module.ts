import { PanelPlugin } from '@grafana/data';
import { AnomalyScorePanel } from './AnomalyScorePanel.tsx';
import type { AnomalyScoreOptions } from './plot-frames.ts';

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin<AnomalyScoreOptions>(AnomalyScorePanel).setPanelOptions((builder) =>
  builder
    .addBooleanSwitch({
      path: 'showBand',
      name: 'Expected band',
      description: 'For queries that name a signal',
      defaultValue: true,
    })
    .addRadio({
      path: 'shadeFrom',
      name: 'Shade stretches from',
      defaultValue: 'alert',
      settings: {
        options: [
          { value: 'warning', label: 'Warning' },
          { value: 'alert', label: 'Alert' },
          { value: 'critical', label: 'Critical' },
          { value: 'never', label: 'Never' },
        ],
      },
    })
    .addBooleanSwitch({ path: 'showLegend', name: 'Legend', defaultValue: true })
);
