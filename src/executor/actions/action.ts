import type { JsonObject } from '#contracts';
import type { EpochMs, Ratio, VerificationCheck } from '#model';

/**
 * Serialisable input of an action, checked against `inputSchema` before anything else sees it. It is flat: the keys of a
 * step's `target` (`cluster`, `namespace`, `kind`, `name`) and those of its `with` side by side.
 */
export type ActionInput = JsonObject;

/** What an action is done to. `key` is equal for equal targets: for locks, cool-downs and concurrency. */
export interface TargetIdentity {
  readonly key: string;
  /** Id of the cluster, `demo`, `http` and so on. */
  readonly system: string;
  readonly namespace?: string;
  readonly kind: string;
  readonly name: string;
}

/** The target as it is now. */
export interface TargetState {
  /** Another one when the target was made anew. Empty when the action will create the target. */
  readonly uid: string;
  /**
   * Another one when something changed that the action depends on. It stays the same while only the status moves, so that an
   * approval of a crash-looping target holds; writes are guarded by the platform's own version as well.
   */
  readonly version: string;
  /** Everything that the effect and its compensation need from now. Small, and without secrets: it is stored and shown. */
  readonly preImage: JsonObject;
  /** Our mark on the target, where it has one: the operation that changed it last. */
  readonly operationId?: string;
  /** One line for people, like `3 replicas, 2 ready`. */
  readonly summary: string;
  /** For the blast radius: pods that are disturbed, and their share of the workload in percent (0 to 100). */
  readonly size?: { readonly pods?: number; readonly percent?: number };
}

/** A right on the platform that an action needs, in terms of Kubernetes RBAC. */
export interface Permission {
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
  readonly namespace?: string;
  readonly resourceName?: string;
}

/** What a change would do. */
export interface DryRun {
  /** Plain text for people; equal input on an equal target gives equal text. Empty when nothing would change. */
  readonly diff: string;
  readonly warnings: readonly string[];
}

/**
 * What is known after sending a change.
 *
 * | kind | was it done | what the caller may do |
 * |---|---|---|
 * | `applied` | yes, or it was done before, or there was nothing to do | go on |
 * | `conflict` | no | read again; only while uid and version are the approved ones may the same request be sent again |
 * | `refused` | no | stop: the platform will not do it |
 * | `blocked` | no | stop for now: a safeguard of the platform (a disruption budget) forbids it |
 * | `unauthorised` | no | stop at once: rights are missing (401, 403) |
 * | `unavailable` | no | try again, bounded, not before `retryAfterSeconds` |
 * | `unknown` | perhaps | ask `resolve` |
 */
export interface EffectOutcome {
  readonly kind: 'applied' | 'conflict' | 'refused' | 'blocked' | 'unauthorised' | 'unavailable' | 'unknown';
  readonly message: string;
  /** Facts for the ledger, such as replicas before and after. Never secrets. */
  readonly details?: JsonObject;
  /** Seconds that the platform asked to wait; with `unavailable`, `unknown` and `blocked` only. */
  readonly retryAfterSeconds?: number;
}

/**
 * What reading says about a change whose outcome was unknown. `not-applied`: the target is as it was approved, the same
 * request may be sent again (one that is still on its way loses against the guard). `conflict`: somebody else changed the
 * target, so a person has to look. `unavailable`: it could not be read; ask again.
 */
export interface Resolution {
  readonly kind: 'applied' | 'not-applied' | 'conflict' | 'unavailable';
  readonly message: string;
}

/** One guarded change: everything in it was stored before it is sent. */
export interface EffectRequest {
  readonly input: ActionInput;
  /** Uid and version of the state that was approved. */
  readonly expected: { readonly uid: string; readonly version: string };
  /** Pre-image of that state. */
  readonly preImage: JsonObject;
  /** Stamped on the target; the same id never has a second effect. */
  readonly operationId: string;
  /** The only time that an effect may write. */
  readonly mintedMs: EpochMs;
}

/** Takes back what `operationId` did. */
export interface CompensationRequest extends EffectRequest {
  /** Stamped on the target instead of `operationId`. */
  readonly undoOperationId: string;
}

/** Whether a change has arrived. `stuck`: it will not without help. */
export interface Progress {
  readonly state: 'settled' | 'pending' | 'stuck';
  /** One line for people, like `2 of 3 pods are new and ready`. */
  readonly message: string;
}

/**
 * One thing that the executor can do to a platform. Methods that reach the platform have a deadline per call. A change is sent
 * again by itself only after the platform's own guard refused it, which means that nothing was done, and after another look at
 * the target. `input` has passed `inputSchema`, and is checked again.
 */
export interface Action {
  /** Like `k8s.scale`; the name in runbooks. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12, closed. Rules that it cannot say are checked by `target`. */
  readonly inputSchema: JsonObject;
  /** Base of the risk before its factors (A5.9). */
  readonly riskBase: Ratio;
  /** Whether `compensate` exists. */
  readonly reversible: boolean;
  /** Whether running work is lost; shown as such, and never approved automatically. */
  readonly destructive: boolean;

  /** @throws ExecutorError PARAMETER_INVALID with the field at fault */
  target(input: ActionInput): TargetIdentity;
  /** Rights that this input needs. */
  permissions(input: ActionInput): readonly Permission[];
  /** Rights that any input in the namespace can need; Roles are generated from them. */
  allPermissions(namespace: string): readonly Permission[];
  /** @throws ExecutorError TARGET_UNKNOWN, PLATFORM_REFUSED, PLATFORM_UNAVAILABLE */
  read(input: ActionInput, signal: AbortSignal): Promise<TargetState>;
  /**
   * Access review and dry run on the platform; changes nothing.
   * @throws ExecutorError PLATFORM_REFUSED with the missing right or the platform's words, PLATFORM_UNAVAILABLE
   */
  dryRun(input: ActionInput, state: TargetState, signal: AbortSignal): Promise<DryRun>;
  /** Does it, if uid and version are the expected ones and it was not done before. Safe to call again with an equal request. */
  apply(request: EffectRequest, signal: AbortSignal): Promise<EffectOutcome>;
  /** After an unknown outcome or a crash: reads, never sends. */
  resolve(request: EffectRequest, signal: AbortSignal): Promise<Resolution>;
  /**
   * Restores the pre-image, only while the target carries our mark and the values that we gave it; `conflict` otherwise. Safe
   * to call again with an equal request, also after `unknown`: it reads first. Missing when there is no way back.
   */
  compensate?(request: CompensationRequest, signal: AbortSignal): Promise<EffectOutcome>;
  /**
   * Whether the change has arrived; missing where it is there at once.
   * @throws ExecutorError PLATFORM_REFUSED, PLATFORM_UNAVAILABLE
   */
  progress?(input: ActionInput, signal: AbortSignal, sinceMs?: EpochMs): Promise<Progress>;
  /** Checks that show whether the target is well afterwards, for runbooks that name none. */
  defaultVerification(input: ActionInput): readonly VerificationCheck[];
}
