import type { PanelOptionsEditorBuilder } from '@grafana/data';

/** What an editor of a dashboard can choose. */
export interface GraphPanelOptions {
  readonly groupBy: 'none' | 'namespace' | 'team';
}

/** The options in Grafana's panel editor. */
export function addGraphOptions(builder: PanelOptionsEditorBuilder<GraphPanelOptions>): void {
  builder.addRadio({
    path: 'groupBy',
    name: 'Collapse by',
    description: 'One node for each namespace or team, where the data name them. Viewers can change it.',
    defaultValue: 'none',
    settings: {
      options: [
        { value: 'none', label: 'Nothing' },
        { value: 'namespace', label: 'Namespace' },
        { value: 'team', label: 'Team' },
      ],
    },
  });
}
