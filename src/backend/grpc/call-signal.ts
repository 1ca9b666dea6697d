import type { Deadline } from '@grpc/grpc-js';

/** The part of a server call that tells when to stop working on it. */
export interface StoppableCall {
  readonly cancelled: boolean;
  getDeadline(): Deadline;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** A signal that aborts when nobody waits for the answer any more. Call `done` when the answer is out. */
export interface CallSignal {
  readonly signal: AbortSignal;
  done(): void;
}

/**
 * Turns cancellation and deadline of a call into one abort signal.
 * @param limitMs  longest time to work on the call, real milliseconds, whatever the caller's deadline says
 * @param stopping  aborts when the process stops
 */
export function callSignal(call: StoppableCall, limitMs: number, stopping: AbortSignal): CallSignal {
  const cancelled = new AbortController();
  const abort = (reason: string): void => cancelled.abort(new DOMException(reason, 'AbortError'));
  call.on('cancelled', () => abort('the caller cancelled'));
  if (call.cancelled) {
    abort('the caller cancelled');
  }
  const deadline = call.getDeadline();
  const leftMs = (deadline instanceof Date ? deadline.getTime() : deadline) - Date.now();
  const timer = setTimeout(
    () => cancelled.abort(new DOMException('the deadline of the call passed', 'TimeoutError')),
    Math.max(0, Math.min(limitMs, leftMs))
  );
  timer.unref();
  return {
    signal: AbortSignal.any([cancelled.signal, stopping]),
    done: () => clearTimeout(timer),
  };
}
