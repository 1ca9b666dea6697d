import type { ActionKind, ActionParameters, ActionTarget } from '#model';

/** A target as the platform has it now. `version` changes with every change to it; `uid` when it is made anew. */
export interface LiveTarget {
  readonly uid: string;
  readonly version: string;
  /** The state that matters for undoing: kept in the audit before the effect. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The operation that changed it last, while nobody else has changed it since. */
  readonly operationId?: string;
}

/** One guarded change. The platform performs it once per `operationId` and only on `expectedVersion`. */
export interface PlatformRequest {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly parameters: ActionParameters;
  readonly expectedVersion: string;
  readonly operationId: string;
}

/** Puts a target back into an earlier state, guarded like a change. */
export interface RestoreRequest {
  readonly target: ActionTarget;
  /** As {@link LiveTarget.spec} was before. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly expectedVersion: string;
  readonly operationId: string;
}

/** What is known after sending a change. `unknown`: it may or may not have happened. */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly message: string }
  | { readonly kind: 'conflict'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * The system that the executor acts on. Implementations have a deadline per call, bound the reply, and never retry a change
 * by themselves.
 */
export interface Platform {
  /** @throws ExecutorError TARGET_UNKNOWN, PLATFORM_UNAVAILABLE */
  readTarget(target: ActionTarget, signal?: AbortSignal): Promise<LiveTarget>;
  /**
   * What the change would do, as plain text; equal input on an equal target gives equal text.
   * @throws ExecutorError PLATFORM_REFUSED, PLATFORM_UNAVAILABLE
   */
  dryRun(request: PlatformRequest, signal?: AbortSignal): Promise<string>;
  /** Performs the change. Calling it again with the same `operationId` has no second effect and answers what is known. */
  apply(request: PlatformRequest, signal?: AbortSignal): Promise<ApplyResult>;
  /** The same for a way back. */
  restore(request: RestoreRequest, signal?: AbortSignal): Promise<ApplyResult>;
  /**
   * What became of an operation; undefined when the platform never performed it.
   * @throws ExecutorError PLATFORM_UNAVAILABLE
   */
  findOperation(operationId: string, signal?: AbortSignal): Promise<{ readonly message: string } | undefined>;
}
