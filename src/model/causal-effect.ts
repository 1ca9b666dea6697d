import type { ServiceName } from './service.ts';
import type { SignalKind } from './signal.ts';
import type { PropagationRule } from './topology.ts';
import type { Ratio, Unit } from './units.ts';

/** A value with its 95 % interval, all in one unit; a bound is null where nothing limits it. */
export interface EffectInterval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A metric of a service, as people read it: `p95 latency`. */
export interface MetricOfService {
  readonly service: ServiceName;
  readonly signal: SignalKind;
  readonly metric: string;
  readonly unit: Unit;
}

/** What can speak against an effect. */
export type EffectObjection = 'significance' | 'placebo' | 'random-common-cause' | 'block-subsets';

/** What a possible cause did to the metric in which the incident was noticed. Numbers are missing when not testable. */
export interface CausalEffect extends MetricOfService {
  readonly verdict: 'supported' | 'not-supported' | 'not-testable';
  /** Share of the target's change that the change of the cause carries; 1 is all of it. */
  readonly share?: EffectInterval;
  /** Change of the target for one unit of the cause, in `slopeUnit`. */
  readonly slope?: EffectInterval;
  readonly slopeUnit?: string;
  readonly p?: Ratio;
  /** p corrected for the number of candidates. */
  readonly q?: Ratio;
  /** Empty when supported. */
  readonly refutedBy: readonly EffectObjection[];
  /** The verdict in words, with what weakens it; why nothing can be said when not testable. */
  readonly explanation: string;
  /** "With ... normal, ... would have been ...", with interval and the warning that it depends on the model. */
  readonly counterfactual?: string;
}

/** A declared propagation rule and what the data of the incident say of it. */
export interface RuleFinding {
  readonly rule: PropagationRule;
  readonly outcome: 'confirmed' | 'contradicted' | 'not-testable';
  readonly explanation: string;
}

/** Effects on the metric in which the incident was noticed. Both lists empty with a `reason` when none can be estimated. */
export interface EffectsReport {
  readonly target?: MetricOfService;
  /** Strongest first, then those about which nothing can be said. */
  readonly effects: readonly CausalEffect[];
  readonly rules: readonly RuleFinding[];
  /** Why there is no target or no candidate. */
  readonly reason?: string;
}
