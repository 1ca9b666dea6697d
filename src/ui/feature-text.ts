/** What the terms of the linear score mean, by the names that the engine gives them. */
const FEATURE_TEXT: Readonly<Record<string, string>> = {
  lat: 'Latency',
  lat_un: 'Latency that no callee explains',
  lat_callee: 'Latency of its callees',
  err: 'Errors',
  err_un: 'Errors that no callee explains',
  err_callee: 'Errors of its callees',
  cpu: 'CPU',
  cpu_un: 'CPU that traffic does not explain',
  mem: 'Memory',
  tself: 'Time spent in itself',
  tself_dom: 'Most of the time spent in itself',
  tnet: 'Time between caller and callee',
  logsev: 'Error lines in logs',
  logsev_un: 'Error lines that no callee explains',
  dom_any: 'Strangest of all services',
  dom_res: 'Strangest resources',
  dom_lat: 'Strangest latency',
  dom_err: 'Strangest errors',
  caller_sym: 'Symptoms of its callers',
  impact: 'Share of the extra latency',
  err_impact: 'Share of the extra failures',
  apath: 'On a path of symptoms from the entry',
  reach: 'Reached from the entry',
  virtual: 'Seen only from one side',
  entry: 'Is the entry',
  onset: 'Began early',
  clat: 'Latency at its callers',
  pool_un: 'Full pool that no callee explains',
  scans: 'Sequential scans',
  restarts: 'Restarts',
  throttle: 'CPU throttling',
  full: 'Memory near its limit',
  refused: 'Refused requests',
  link: 'Slow link to it',
  unreached: 'Not reachable',
  change: 'A change before the onset',
};

/** The words for a term of the score; a name that is not known is shown as it is. */
export function describeFeature(feature: string): string {
  return FEATURE_TEXT[feature] ?? feature;
}
