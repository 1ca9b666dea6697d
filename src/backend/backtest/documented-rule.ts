import { dayThreeSigma, weeklyBand } from '#engine';
import type { EpochMs } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';

/** The documented rules. */
export type DocumentedRule = 'day-three-sigma' | 'weekly-band';

/** Series on which a rule is replayed. */
export interface DocumentedRuleInput {
  readonly rule: DocumentedRule;
  /** With the history before the range that the rule looks at. */
  readonly signals: readonly PackedSignal[];
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly stepSeconds: number;
}

/** The flags of one series: 1 flagged, 0 not, NaN where the rule knows nothing. */
export interface RuleFlags {
  readonly service: string;
  readonly signalId: string;
  readonly timesMs: Float64Array;
  readonly flags: Float64Array;
}

/** Replays a documented rule: every point is judged by what lies before it. */
export function documentedRule({ rule, signals, ...range }: DocumentedRuleInput): readonly RuleFlags[] {
  const band = rule === 'day-three-sigma' ? dayThreeSigma : weeklyBand;
  return signals.map((signal) => {
    const { timesMs, flags } = band({ timesMs: signal.timesMs, values: signal.values }, range);
    return { service: signal.service, signalId: signal.id, timesMs, flags };
  });
}
