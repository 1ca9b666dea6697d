import type { SettlingWindow } from '#engine';
import type { EpochMs } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import { DetectionRuntime, type SavedRuntime } from './detection-runtime.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { Exclusion } from './signal-points.ts';

/** One part of a rebuild: some services, one stretch of time. */
export interface RebuildInput {
  readonly config: RuntimeConfig;
  /** State of these services at the end of the stretch before. */
  readonly saved?: SavedRuntime;
  readonly signals: readonly PackedSignal[];
  readonly toMs: EpochMs;
  /** Fits inside the stretch. */
  readonly fits: readonly {
    readonly atMs: EpochMs;
    readonly reason: string;
    readonly drifted?: readonly string[];
    readonly rebaseline?: { readonly reason: string; readonly service?: string | undefined };
  }[];
  readonly exclusions: readonly Exclusion[];
  /** Times in which rollouts may disturb services. */
  readonly settling?: readonly SettlingWindow[];
}

/** Advances a part of a runtime over a stretch of history, with the fits that fall into it. */
export function rebuild({ config, saved, signals, toMs, fits, exclusions, settling }: RebuildInput): SavedRuntime {
  const runtime = new DetectionRuntime(config, saved);
  for (const { atMs, reason, drifted = [], rebaseline } of fits) {
    runtime.advance(signals, atMs, exclusions, settling);
    runtime.fit((service) => {
      if (rebaseline && (rebaseline.service ?? service) === service) {
        return `rebaseline: ${rebaseline.reason}`;
      }
      return drifted.includes(service) ? 'data_drift' : reason;
    });
  }
  runtime.advance(signals, toMs, exclusions, settling);
  return runtime.save();
}
