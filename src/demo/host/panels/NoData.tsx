import type { PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';

/** The empty state of a panel. */
export function NoData({ panel }: { readonly panel: PanelProps }) {
  return <PanelDataErrorView panelId={panel.id} data={panel.data} fieldConfig={panel.fieldConfig} />;
}
