import { ANALYSIS_STAGES, type AnalysisStage } from '#contracts';

/** A stage that has begun, in ms since the start of the analysis. */
export interface BegunStage {
  readonly stage: AnalysisStage;
  readonly atMs: number;
}

/** How an analysis that is over ended. */
export type AnalysisEnd = 'done' | 'failed' | 'cancelled';

/** A stage as it is shown. `tookMs` is missing for one that has not begun. */
export interface StageTime {
  readonly stage: AnalysisStage;
  readonly state: 'done' | 'current' | 'later' | 'failed' | 'cancelled';
  readonly tookMs?: number;
}

/**
 * Every stage with its time. A stage is over when the next one begins; the last one is under way, or where the analysis
 * ended. The wording by a language model is no stage of an analysis that does without.
 * @param nowMs since the start; the time of the end when it is over
 */
export function toStageTimes(begun: readonly BegunStage[], nowMs: number, end?: AnalysisEnd): readonly StageTime[] {
  const index = (stage: AnalysisStage) => begun.findIndex((item) => item.stage === stage);
  const stages = ANALYSIS_STAGES.filter((stage) => stage !== 'narrative' || index(stage) >= 0);
  return stages.map((stage) => {
    const at = index(stage);
    const start = begun[at];
    if (!start) {
      return { stage, state: 'later' };
    }
    const next = begun[at + 1];
    const tookMs = Math.max(0, (next?.atMs ?? nowMs) - start.atMs);
    return { stage, state: next ? 'done' : (end ?? 'current'), tookMs };
  });
}
