/** The 36 features of series and graph, in the order of the weights. Ref: RCA specification 4.2. */
export const SERIES_FEATURES = [
  'lat',
  'lat_un',
  'lat_callee',
  'err',
  'err_un',
  'err_callee',
  'cpu',
  'cpu_un',
  'mem',
  'disk',
  'net',
  'tr_up',
  'tr_dn',
  'tself',
  'tself_dom',
  'tnet',
  'struct',
  'logsev',
  'logsev_un',
  'lognovel',
  'lognovel_un',
  'loglines',
  'dom_any',
  'dom_res',
  'dom_lat',
  'dom_err',
  'caller_sym',
  'impact',
  'err_impact',
  'apath',
  'reach',
  'leafness',
  'virtual',
  'entry',
  'onset',
  'clat',
] as const;

/** The 16 features of operations and log templates, behind the first 36. Ref: RCA specification 4.4. */
export const EVENT_FEATURES = [
  's_miss',
  's_novel',
  's_err',
  's_un',
  's_dom',
  'l_miss',
  'l_novel',
  'l_err',
  'in_drop',
  'out_drop',
  'dur_op',
  'dur_in',
  'dur_in_min',
  'dur_out',
  'dur_un',
  'dur_dom',
] as const;

/** All 52 features, in the order of the weights. */
export const RANKING_FEATURES = [...SERIES_FEATURES, ...EVENT_FEATURES] as const;

/** Name of a feature. */
export type RankingFeature = (typeof RANKING_FEATURES)[number];

/** Features that already compare a service with its neighbours. */
const NEIGHBOUR_FEATURES: ReadonlySet<RankingFeature> = new Set<RankingFeature>([
  'lat_un',
  'lat_callee',
  'err_un',
  'err_callee',
  'logsev_un',
  'lognovel_un',
  's_un',
  'dur_un',
  'caller_sym',
  'apath',
  'reach',
  'leafness',
]);

/**
 * The 40 features that the network sees of a service and of its neighbours: all but the twelve that already compare with
 * neighbours. Ref: RCA specification 5.2.
 */
export const RAW_FEATURES: readonly RankingFeature[] = RANKING_FEATURES.filter((name) => !NEIGHBOUR_FEATURES.has(name));

/**
 * How features are computed: as the reference implementation does, number by number, or with what was added since (windows
 * calibrated on quiet windows, counts measured against what they hang on). Names and ranges are the same.
 */
export type FeatureMethod = 'reference' | 'current';
