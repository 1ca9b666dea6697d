import { spawnSync } from 'node:child_process';
import { say } from '../command.ts';

/** Times of other people's implementations in the same run, in milliseconds, and how many times faster ours are. */
export type Peers =
  | { readonly skipped: string }
  | {
      readonly scikitLearn: {
        readonly version: string;
        readonly fitMs: number;
        readonly score120Ms: number;
        readonly score20kMs: number;
      };
      readonly statsmodels: { readonly version: string; readonly stlMs: number };
      readonly ratios: {
        readonly forestFit: number;
        readonly forestScore120: number;
        readonly forestScore20k: number;
        readonly seasonalArAndRidgeToStl: number;
      };
    };

/** Our own figures that the ratios are made from. */
export interface OwnFigures {
  readonly fitMs: number;
  readonly score120Ms: number;
  readonly score20kMs: number;
  readonly seasonalArAndRidgeMs: number;
}

const INTERPRETERS = ['python3', '/usr/bin/python3'];
const LIMIT_MS = 300_000;

const PROGRAM = `
import json, time, warnings
warnings.filterwarnings('ignore')
import numpy as np, sklearn, statsmodels
from sklearn.ensemble import IsolationForest
from statsmodels.tsa.seasonal import STL
rng = np.random.default_rng(42)
rows = rng.normal(size=(20000, 11)); some = rows[:120]
def median(run, n):
    run(); taken = []
    for _ in range(n):
        begun = time.perf_counter(); run(); taken.append((time.perf_counter() - begun) * 1000)
    return float(np.median(taken))
make = lambda: IsolationForest(n_estimators=100, max_samples=256, random_state=42).fit(rows)
forest = make()
t = np.arange(2016)
series = 100 + 20 * np.sin(2 * np.pi * t / 288) + rng.normal(size=2016) * 3
print(json.dumps({
  'scikitLearn': {'version': sklearn.__version__, 'fitMs': median(make, 5), 'score120Ms': median(lambda: forest.score_samples(some), 50), 'score20kMs': median(lambda: forest.score_samples(rows), 5)},
  'statsmodels': {'version': statsmodels.__version__, 'stlMs': median(lambda: STL(series, period=288).fit(), 5)}}))
`;

/** Runs scikit-learn's isolation forest and statsmodels' STL on one core; says loudly when they are not installed. */
export function measurePeers(own: OwnFigures): Peers {
  const problems: string[] = [];
  for (const interpreter of INTERPRETERS) {
    const { status, stdout, stderr, error } = spawnSync(interpreter, ['-'], {
      input: PROGRAM,
      encoding: 'utf8',
      timeout: LIMIT_MS,
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    if (status === 0) {
      return withRatios(stdout, own);
    }
    problems.push(`${interpreter}: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? `status ${status}`}`);
  }
  const skipped = `python3 with scikit-learn and statsmodels is not usable (${problems.join('; ')})`;
  say(`SKIPPED: the peers, ${skipped}. Install python3-sklearn and python3-statsmodels.`);
  return { skipped };
}

/** Ratios above 1: ours are faster. */
export function withRatios(output: string, own: OwnFigures): Peers {
  const { scikitLearn, statsmodels } = JSON.parse(output) as Omit<Exclude<Peers, { skipped: string }>, 'ratios'>;
  return {
    scikitLearn,
    statsmodels,
    ratios: {
      forestFit: scikitLearn.fitMs / own.fitMs,
      forestScore120: scikitLearn.score120Ms / own.score120Ms,
      forestScore20k: scikitLearn.score20kMs / own.score20kMs,
      seasonalArAndRidgeToStl: statsmodels.stlMs / own.seasonalArAndRidgeMs,
    },
  };
}
