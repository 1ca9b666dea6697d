import { HOLD_OFF_POINTS, holdOff } from '../metrics/hold-off.ts';
import { countNabAlerts } from '../metrics/nab-alerts.ts';
import { NAB_PROFILES, nabBest, nabScoreAt, type NabStream, sweepNab } from '../metrics/nab-score.ts';
import { nabVusPr } from '../metrics/nab-vus.ts';
import { pool, type Quality } from '../metrics/precision-recall.ts';
import { type AtLevels, atLevels, LEVELS } from './levels.ts';
import { mean } from './round.ts';

/** What one detector or ensemble scores on all NAB files. */
export interface NabFigures {
  readonly standard: number;
  readonly standardBest: number;
  readonly bestThresholdU: number;
  readonly rewardLowFpBest: number;
  readonly rewardLowFnBest: number;
  readonly vusPr: number;
  readonly events: AtLevels<Quality & { readonly nabStandard: number }>;
}

/** Judges surprisals (one per row, unknown = 0): after hold-off for scores and alerts, before it for VUS-PR. */
export function nabFigures(files: readonly NabStream[]): NabFigures {
  const held = files.map(({ windows, stream }) => ({ windows, stream: holdOff(stream, HOLD_OFF_POINTS) }));
  const standard = sweepNab(held, NAB_PROFILES.standard);
  const best = nabBest(standard);
  return {
    standard: nabScoreAt(standard, LEVELS['0.70']),
    standardBest: best.score,
    bestThresholdU: best.threshold,
    rewardLowFpBest: nabBest(sweepNab(held, NAB_PROFILES.rewardLowFp)).score,
    rewardLowFnBest: nabBest(sweepNab(held, NAB_PROFILES.rewardLowFn)).score,
    vusPr: mean(files.map(nabVusPr).filter((value) => !Number.isNaN(value))),
    events: atLevels((threshold) => ({
      ...pool(held.map((file) => countNabAlerts(file, threshold))),
      nabStandard: nabScoreAt(standard, threshold),
    })),
  };
}
