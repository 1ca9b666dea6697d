/** Tabs of the page, by the name that the address carries. */
export const ANOMALY_TABS = ['services', 'labels', 'detectors', 'backtest'] as const;
export type AnomalyTab = (typeof ANOMALY_TABS)[number];

/** What the address says about the page. */
export interface AnomaliesAddress {
  readonly tab: AnomalyTab;
  readonly service: string | undefined;
}

/** Reads the query of the address. What is not known falls back to the first tab; the service is any text up to 253 characters. */
export function parseAnomaliesAddress(search: string): AnomaliesAddress {
  const query = new URLSearchParams(search);
  const service = query.get('service')?.slice(0, 253);
  return {
    tab: ANOMALY_TABS.find((tab) => tab === query.get('tab')) ?? 'services',
    service: service === undefined || service === '' ? undefined : service,
  };
}
