import type { SettlingWindow } from '#engine';
import type { EpochMs, ServiceAnomaly } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import { DetectionRuntime } from './detection-runtime.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { Exclusion } from './signal-points.ts';
import { type Timeline, type TimelineRequest, toTimeline } from './timeline.ts';

/** A range of the past that the recent readings do not cover. */
export interface ReplayInput {
  readonly config: RuntimeConfig;
  /** With the history before the range. */
  readonly signals: readonly PackedSignal[];
  readonly exclusions: readonly Exclusion[];
  /** Times in which rollouts may disturb services. */
  readonly settling?: readonly SettlingWindow[];
  /** Models are fitted here, on what lies before; there are none when missing. */
  readonly fitMs?: EpochMs;
  readonly toMs: EpochMs;
  readonly timeline?: TimelineRequest;
}

/** What would have been said. */
export interface ReplayOutput {
  readonly timeline: Timeline;
  /** Every service at the end. */
  readonly services: readonly ServiceAnomaly[];
}

const EMPTY: Timeline = { scores: [], bands: [] };

/** Judges a range of the past as it would have been judged then: nothing that came later is used. */
export function replay(input: ReplayInput): ReplayOutput {
  const { config, signals, exclusions, settling, fitMs, toMs, timeline } = input;
  const runtime = new DetectionRuntime(config);
  if (fitMs !== undefined) {
    runtime.advance(signals, Math.min(fitMs, toMs), exclusions, settling);
    runtime.fit('replay');
  }
  runtime.advance(signals, toMs, exclusions, settling);
  return {
    timeline: timeline ? toTimeline(runtime.services, timeline) : EMPTY,
    services: runtime.judge(toMs, true),
  };
}
