import type { PanelDataErrorViewProps } from '@grafana/runtime';

/** What a panel shows when its data do not fit it. */
export function PanelDataError({ message, data }: PanelDataErrorViewProps) {
  const fallback = data.series.length === 0 ? 'No data' : 'The data do not fit this panel';
  return <p data-testid="data-testid Panel data error message">{message ?? fallback}</p>;
}
