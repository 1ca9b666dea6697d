import { PanelPlugin } from '@grafana/data';
import { AnomalyScorePanel } from './AnomalyScorePanel.tsx';
import type { AnomalyScoreOptions } from './plot-frames.ts';

const FOREIGN = ['Series of other data sources'];

const COUNTING = [
  { value: 'auto', label: 'Auto' },
  { value: 'gauge', label: 'As they are' },
  { value: 'counter', label: 'Counters' },
];

/** The panel plugin as Grafana loads it. */
export const plugin = new PanelPlugin<AnomalyScoreOptions>(AnomalyScorePanel).setPanelOptions((builder) =>
  builder
    .addBooleanSwitch({
      path: 'showBand',
      name: 'Expected band',
      description: 'For one or two series: what the detectors take for normal',
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
    .addRadio({
      path: 'detectors',
      name: 'Detectors',
      description:
        'For series of other data sources, which are judged in the browser. The full set takes ten times as long',
      category: FOREIGN,
      defaultValue: 'light',
      settings: {
        options: [
          { value: 'light', label: 'Light' },
          { value: 'full', label: 'Full' },
        ],
      },
    })
    .addRadio({
      path: 'harm',
      name: 'Harmful when',
      description: 'Only this direction warns',
      category: FOREIGN,
      defaultValue: 'both',
      settings: {
        options: [
          { value: 'up', label: 'Too high' },
          { value: 'down', label: 'Too low' },
          { value: 'both', label: 'Either' },
        ],
      },
    })
    .addRadio({
      path: 'values',
      name: 'Values are',
      description: 'Of a growing counter the rate per second is judged. Auto: counters are known by names like _total',
      category: FOREIGN,
      defaultValue: 'auto',
      settings: { options: COUNTING },
    })
);
