import type { ServiceName } from './service.ts';
import type { Ratio, Seconds } from './units.ts';

/** What the executor can do. Each kind has one catalogue entry with typed, bounded parameters. */
export type ActionKind =
  | 'scale'
  | 'restart'
  | 'rollback'
  | 'rate-limit'
  | 'circuit-break'
  | 'set-memory-limit'
  | 'create-index'
  | 'notify'
  | 'manual';

/** Parameters of an action, by name; bounds are the catalogue's. */
export type ActionParameters = Readonly<Record<string, string | number | boolean>>;

/** What an action is done to. */
export interface ActionTarget {
  readonly kind: 'deployment' | 'database' | 'cache' | 'edge';
  readonly name: ServiceName;
  /** For `edge`: the callee. */
  readonly peer?: ServiceName;
}

/** A check that shows whether the action helped. The executor runs it itself. */
export interface VerificationCheck {
  readonly name: string;
  /** Instant PromQL that yields exactly one sample. */
  readonly query: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly threshold: number;
  readonly unit: string;
  /** What no sample means; a failed check when missing. */
  readonly noData?: 'fail' | 'pass' | undefined;
}

/** An action the engine proposes; the executor decides what becomes of it. */
export interface ActionProposal {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly parameters: ActionParameters;
  /** Which hypothesis it treats. */
  readonly service: ServiceName;
  /** Why it fits, one sentence with `[n]` citations. */
  readonly rationale: string;
  readonly confidence: Ratio;
  readonly expectedSeconds: Seconds;
  readonly verification: readonly VerificationCheck[];
}
