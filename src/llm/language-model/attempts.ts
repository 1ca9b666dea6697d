import { setTimeout as delay } from 'node:timers/promises';
import { toLlmFailure, type LlmErrorCode, type LlmFailure } from '../errors.ts';
import { ResponseTooLarge } from './guarded-fetch.ts';
import { BadReply, StreamError } from './reply-errors.ts';
import {
  addUsage,
  NO_USAGE,
  type TokenUsage,
  totalTokens,
  type TurnAnswer,
  type TurnFailure,
  type TurnOptions,
} from './language-model.ts';

const MAX_ATTEMPTS = 3;
const RETRY_BASE_MS = 500;
/** A server that asks for a longer pause is not waited for. */
const MAX_PAUSE_MS = 20_000;

const RETRIED: ReadonlySet<LlmErrorCode> = new Set([
  'CAUSEWAY_LLM_RATE_LIMITED',
  'CAUSEWAY_LLM_SERVER_ERROR',
  'CAUSEWAY_LLM_UNREACHABLE',
]);

/** What one attempt threw, in terms of HTTP. */
export interface AttemptError {
  readonly status?: number | undefined;
  /** The server could not be reached, or the connection broke. */
  readonly connection?: boolean;
  readonly retryAfter?: string | null | undefined;
}

/**
 * Runs a turn under one deadline with at most three attempts: again after a rate limit, an overload, a server error or a
 * broken connection, with a pause that grows or that the server asks for. An attempt that fails half-way is thrown away as a
 * whole; what it cost is counted. Never throws.
 * @param worstTokens  what one attempt can cost at most
 */
export async function withAttempts(
  options: TurnOptions,
  worstTokens: number,
  attempt: (signal: AbortSignal, count: (usage: TokenUsage) => void) => Promise<TurnAnswer>,
  explain: (error: unknown) => AttemptError
): Promise<TurnAnswer | TurnFailure> {
  const deadline = AbortSignal.timeout(Math.max(1, Math.round(options.timeoutSeconds * 1000)));
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  let wasted = NO_USAGE;
  for (let number = 1; ; number += 1) {
    let counted = NO_USAGE;
    try {
      signal.throwIfAborted();
      const answer = await attempt(signal, (usage) => (counted = usage));
      return { ...answer, usage: addUsage(wasted, answer.usage) };
    } catch (error) {
      wasted = addUsage(wasted, counted);
      const explained = error instanceof StreamError ? { status: error.status } : explain(error);
      const failure = toFailure(error, explained, options, deadline);
      const hasRoom = totalTokens(wasted) + worstTokens <= (options.maxTokens ?? Infinity);
      const isRetried = RETRIED.has(failure.code) && number < MAX_ATTEMPTS && hasRoom;
      if (!isRetried || !(await pause(pauseMs(explained, number), signal))) {
        return { ...failure, usage: wasted };
      }
    }
  }
}

function pauseMs({ retryAfter }: AttemptError, number: number): number {
  const asked = retryAfter && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  return asked ?? Math.random() * RETRY_BASE_MS * 2 ** (number - 1);
}

/** Waits; false when the wait would be too long, or the deadline or the caller ended it. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return milliseconds <= MAX_PAUSE_MS && delay(milliseconds, true, { signal }).catch(() => false);
}

function toFailure(error: unknown, explained: AttemptError, options: TurnOptions, deadline: AbortSignal): LlmFailure {
  if (options.signal?.aborted) {
    return toLlmFailure('CAUSEWAY_LLM_CANCELLED');
  }
  if (deadline.aborted) {
    return toLlmFailure('CAUSEWAY_LLM_TIMEOUT', `limit ${options.timeoutSeconds} s.`);
  }
  const tooLarge = findCause(error, (cause) => cause instanceof ResponseTooLarge);
  if (tooLarge instanceof ResponseTooLarge) {
    return toLlmFailure('CAUSEWAY_LLM_TOO_LARGE', `limit ${tooLarge.limit} bytes.`);
  }
  if (explained.status !== undefined) {
    return toLlmFailure(codeOfStatus(explained.status), `HTTP ${explained.status}.`);
  }
  if (error instanceof BadReply) {
    return toLlmFailure('CAUSEWAY_LLM_BAD_REPLY', error.message);
  }
  return toLlmFailure(explained.connection ? 'CAUSEWAY_LLM_UNREACHABLE' : 'CAUSEWAY_LLM_BAD_REPLY');
}

function codeOfStatus(status: number): LlmErrorCode {
  const known: Readonly<Record<number, LlmErrorCode>> = {
    401: 'CAUSEWAY_LLM_UNAUTHORIZED',
    403: 'CAUSEWAY_LLM_UNAUTHORIZED',
    404: 'CAUSEWAY_LLM_NOT_FOUND',
    429: 'CAUSEWAY_LLM_RATE_LIMITED',
  };
  return known[status] ?? (status >= 500 ? 'CAUSEWAY_LLM_SERVER_ERROR' : 'CAUSEWAY_LLM_BAD_REQUEST');
}

function findCause(error: unknown, test: (cause: unknown) => boolean): unknown {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth += 1) {
    if (test(cause)) {
      return cause;
    }
  }
  return undefined;
}
