import type { ExecutionOutcome, ExecutionStepPhase } from '#contracts';

/**
 * How far one step of a plan got.
 *
 * `intent`: the effect may or may not have happened. `applied`: it happened and is recorded. `settled`: the platform has
 * carried it out. `stuck`: it happened and does not arrive. `skipped`: its condition did not hold. `failed`: it is known that
 * nothing happened. `undo-intent`: the compensation may or may not have happened. `undone`: the state of before is back.
 * `undo-refused`: somebody else changed the object since, or the platform refused; a person has to look.
 */
export type StepPhase = ExecutionStepPhase;

/** A step as the ledger has it. */
export interface StepState {
  readonly phase: StepPhase;
  /** The action can be taken back and its pre-image is stored. */
  readonly compensable: boolean;
}

/** What became of the checks after the last step. */
export type Verification = 'recovered' | 'not-recovered' | 'no-data';

/** Everything that decides what an execution does next. */
export interface SagaState {
  readonly steps: readonly StepState[];
  /** `undo`: what was done is taken back, last step first. */
  readonly direction: 'forward' | 'undo';
  /** Missing until the checks have come to an end. */
  readonly verification?: Verification;
  /** A person asked to stop. */
  readonly cancelled: boolean;
  /** What to do with an effect that did not help: take it back, leave it and say so, or leave it and call a person. */
  readonly onFailure: 'rollback' | 'notify' | 'hold';
}

/** The next thing to do. `step` counts from 0. */
export type SagaCommand =
  | { readonly kind: 'begin' | 'resolve' | 'settle' | 'undo' | 'resolve-undo'; readonly step: number }
  | { readonly kind: 'verify' }
  | { readonly kind: 'turn-back'; readonly because: 'cancelled' | 'step-failed' | Exclude<Verification, 'recovered'> }
  | { readonly kind: 'finish'; readonly outcome: ExecutionOutcome }
  | { readonly kind: 'ask-human'; readonly because: 'undo-refused' | 'not-reversible' | 'hold' };
