/**
 * Published scores of the Numenta Anomaly Benchmark: the scoreboard of the public repository (58 files, 116 windows),
 * and VUS-PR of the same result files by our scorer. They are in percent of the perfect score.
 */
export const PUBLISHED_NAB: readonly (readonly [
  detector: string,
  standard: string,
  lowFp: string,
  lowFn: string,
  vusPr: string,
])[] = [
  ['ARTime', '74.9', '65.1', '80.4', '.212'],
  ['Numenta HTM', '70.1', '63.2', '74.3', '.241'],
  ['CAD OSE', '69.9', '67.0', '73.2', '.155'],
  ['HTM Java', '66.1', '58.8', '70.7', '-'],
  ['earthgecko Skyline', '58.2', '46.2', '63.8', '-'],
  ['KNN-CAD', '58.0', '43.4', '64.8', '.148'],
  ['Relative Entropy', '54.6', '47.6', '58.8', '-'],
  ['Random Cut Forest', '51.7', '38.4', '59.7', '.217'],
  ['Twitter ADVec', '47.1', '33.6', '53.5', '-'],
  ['Windowed Gaussian', '39.6', '20.9', '47.4', '.202'],
  ['Etsy Skyline', '35.7', '27.1', '44.5', '-'],
  ['Bayesian changepoint', '17.7', '3.2', '32.2', '-'],
  ['EXPoSE', '16.4', '3.2', '26.9', '-'],
  ['random', '11.0', '1.2', '19.5', '-'],
];

/** Mean VUS-PR of published multivariate methods in TSB-AD (180 series; its operations subset has 45). */
export const PUBLISHED_TSB_AD: readonly (readonly [method: string, all: string, operations: string])[] = [
  ['PCA', '.31', '.69'],
  ['CNN', '.31', '-'],
  ['OmniAnomaly', '.31', '-'],
  ['LSTMAD', '.31', '.60'],
  ['USAD', '.30', '-'],
  ['AutoEncoder', '.30', '.64'],
  ['KMeansAD', '.30', '-'],
  ['IForest', '.20', '-'],
  ['TranAD', '.18', '-'],
  ['OCSVM', '-', '.59'],
  ['MCD', '-', '.56'],
  ['extended IForest', '-', '.37'],
];
