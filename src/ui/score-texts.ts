/** Words of the table of services by anomaly. */
export const SCORE_TEXTS = {
  filter: 'Filter services by name',
  filterHint: 'Filter by name',
  none: 'No services were found',
  noneHint: 'No span metrics or service-graph metrics have arrived in this time range.',
  noMatch: (name: string) => `No service has “${name}” in its name`,
  columns: { service: 'Service', state: 'State', signals: 'Strangest signals' },
  noSignal: 'none',
  noSignalButUnknown: (unknown: number) => `none, ${unknown} unknown`,
} as const;
