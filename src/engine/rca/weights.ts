/** Features of the linear score, each 0 to about 1.5 where not said otherwise. */
export const FEATURE_NAMES = [
  'lat',
  'lat_un',
  'lat_callee',
  'err',
  'err_un',
  'err_callee',
  'cpu',
  'cpu_un',
  'mem',
  'tself',
  'tself_dom',
  'tnet',
  'logsev',
  'logsev_un',
  'dom_any',
  'dom_res',
  'dom_lat',
  'dom_err',
  'caller_sym',
  'impact',
  'err_impact',
  'apath',
  'reach',
  'virtual',
  'entry',
  'onset',
  'clat',
  'pool_un',
  'scans',
  'restarts',
  'throttle',
  'full',
  'refused',
  'link',
  'unreached',
  'change',
] as const;

/** Name of a feature. */
export type FeatureName = (typeof FEATURE_NAMES)[number];

/**
 * Hand-set weights of the linear score.
 *
 * The first 27 are the prior of the RCA specification, section 5, unchanged. The rest are ours, for signals that its
 * data packs do not hold: direct evidence of a mechanism weighs like an error that no callee explains (`err_un`, 2.0);
 * `refused` outweighs the penalty of virtual nodes (-1.5), because a quota of an external system can only show there;
 * `throttle` weighs like unexplained CPU; `change` is the term of section 5.5, scaled by evidence of the service
 * itself, so that a change alone blames nobody.
 */
export const PRIOR_WEIGHTS: Readonly<Record<FeatureName, number>> = {
  lat: 0.6,
  lat_un: 1.5,
  lat_callee: -0.3,
  err: 1.0,
  err_un: 2.0,
  err_callee: -0.8,
  cpu: 0.5,
  cpu_un: 1.5,
  mem: 1.5,
  tself: 1.0,
  tself_dom: 0.5,
  tnet: 1.0,
  logsev: 0.3,
  logsev_un: 1.5,
  dom_any: 1.0,
  dom_res: 0.5,
  dom_lat: 0.5,
  dom_err: 0.5,
  caller_sym: 1.0,
  impact: 1.0,
  err_impact: 1.0,
  apath: 1.0,
  reach: 1.0,
  virtual: -1.5,
  entry: -0.3,
  onset: 0.7,
  clat: 0.2,
  pool_un: 2.0,
  scans: 2.0,
  restarts: 2.0,
  throttle: 1.5,
  full: 2.0,
  refused: 3.0,
  link: 2.0,
  unreached: 1.0,
  change: 1.0,
};
