import type { StandardEditorsRegistryItem } from '@grafana/data';

const IDS = [
  'actions',
  'boolean',
  'color',
  'dashboard-uid',
  'field-name',
  'fieldColor',
  'links',
  'mappings',
  'multi-select',
  'number',
  'radio',
  'select',
  'slider',
  'stats-picker',
  'strings',
  'text',
  'thresholds',
  'timezone',
  'unit',
];

/** An editor that shows nothing: the page has no panel editor. */
export const noEditor = (): null => null;

/** Panel options name their editors by id, so every id must be known although none is ever shown. */
export function listEditors(): StandardEditorsRegistryItem[] {
  return IDS.map((id) => ({ id, name: id, editor: noEditor }));
}
