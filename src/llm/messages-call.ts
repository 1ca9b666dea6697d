import { setTimeout as delay } from 'node:timers/promises';
import Anthropic, { APIConnectionError, APIError, type ClientOptions } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { toLlmFailure, type LlmErrorCode, type LlmFailure } from './errors.ts';
import type { TokenUsage } from './narration.ts';

/** How the language model is reached. */
export interface ModelConnection {
  readonly apiKey: string;
  /** Base of the Messages API, without `/v1`. Default Anthropic's own. */
  readonly baseUrl?: string | undefined;
  readonly model: string;
  /** Deadline of the call with its retry, seconds. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** The text of one answer. */
export interface ModelAnswer {
  readonly kind: 'answered';
  readonly text: string;
  readonly stopReason: string | null;
  readonly model: string;
  readonly usage: TokenUsage;
}

const DEFAULT_BASE_URL = 'https://api.anthropic.com';
const MAX_OUTPUT_TOKENS = 1500;
const MAX_RESPONSE_BYTES = 1024 * 1024;
const MAX_ATTEMPTS = 2;
const RETRY_BASE_MS = 500;

const messageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).max(100),
  stop_reason: z.string().nullable(),
  model: z.string().max(200),
  usage: z.object({ input_tokens: z.number().nonnegative(), output_tokens: z.number().nonnegative() }),
});

class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/**
 * One Messages API call: one deadline, at most one retry after a rate limit, a server error or a broken connection,
 * at most 1 MiB of answer, no redirects. Never throws.
 */
export async function callModel(
  connection: ModelConnection,
  system: string,
  user: string
): Promise<ModelAnswer | LlmFailure> {
  if (connection.apiKey.trim() === '' || connection.model.trim() === '') {
    return toLlmFailure('CAUSEWAY_LLM_BAD_SETTINGS', 'API key or model is missing.');
  }
  const deadline = AbortSignal.timeout(Math.max(1, Math.round(connection.timeoutSeconds * 1000)));
  const signal = connection.signal ? AbortSignal.any([deadline, connection.signal]) : deadline;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(connection, system, user, signal);
    } catch (error) {
      const failure = toFailure(error, connection, deadline);
      const isRetried = RETRIED.has(failure.code) && attempt < MAX_ATTEMPTS;
      if (!isRetried || !(await pause(retryAfterMs(error) ?? Math.random() * RETRY_BASE_MS, signal))) {
        return failure;
      }
    }
  }
}

const RETRIED: ReadonlySet<LlmErrorCode> = new Set([
  'CAUSEWAY_LLM_RATE_LIMITED',
  'CAUSEWAY_LLM_SERVER_ERROR',
  'CAUSEWAY_LLM_UNREACHABLE',
]);

async function callOnce(
  connection: ModelConnection,
  system: string,
  user: string,
  signal: AbortSignal
): Promise<ModelAnswer | LlmFailure> {
  const client = new Anthropic({
    apiKey: connection.apiKey,
    baseURL: connection.baseUrl ?? DEFAULT_BASE_URL,
    maxRetries: 0,
    timeout: connection.timeoutSeconds * 1000,
    fetch: limitedFetch,
    logLevel: 'off',
    openTelemetry: false,
    webhookKey: null,
  });
  const reply: unknown = await client.messages.create(
    { model: connection.model, max_tokens: MAX_OUTPUT_TOKENS, system, messages: [{ role: 'user', content: user }] },
    { signal }
  );
  const parsed = messageSchema.safeParse(reply);
  if (!parsed.success) {
    return toLlmFailure('CAUSEWAY_LLM_BAD_REPLY', `field ${parsed.error.issues[0]?.path.join('.') || 'reply'}.`);
  }
  const { content, stop_reason: stopReason, model, usage } = parsed.data;
  return {
    kind: 'answered',
    text: content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join(''),
    stopReason,
    model,
    usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
  };
}

/** Follows no redirect, which would carry the key elsewhere, and ends an answer that passes the limit. */
const limitedFetch: NonNullable<ClientOptions['fetch']> = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' });
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      size += chunk.byteLength;
      if (size > MAX_RESPONSE_BYTES) {
        controller.error(new ResponseTooLarge());
      } else {
        controller.enqueue(chunk);
      }
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body?.pipeThrough(limit) ?? null, { status, statusText, headers });
};

/** Waits; false when the deadline or the caller ended the wait. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false);
}

function retryAfterMs(error: unknown): number | undefined {
  const value = error instanceof APIError ? error.headers?.get('retry-after') : undefined;
  return value && /^\d{1,5}$/.test(value) ? Number(value) * 1000 : undefined;
}

function toFailure(error: unknown, connection: ModelConnection, deadline: AbortSignal): LlmFailure {
  if (connection.signal?.aborted) {
    return toLlmFailure('CAUSEWAY_LLM_CANCELLED');
  }
  if (deadline.aborted) {
    return toLlmFailure('CAUSEWAY_LLM_TIMEOUT', `limit ${connection.timeoutSeconds} s.`);
  }
  if (hasCause(error, (cause) => cause instanceof ResponseTooLarge)) {
    return toLlmFailure('CAUSEWAY_LLM_TOO_LARGE', `limit ${MAX_RESPONSE_BYTES} bytes.`);
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    return toLlmFailure(codeOfStatus(error.status), `HTTP ${error.status}.`);
  }
  return toLlmFailure(error instanceof APIConnectionError ? 'CAUSEWAY_LLM_UNREACHABLE' : 'CAUSEWAY_LLM_BAD_REPLY');
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

function hasCause(error: unknown, test: (cause: unknown) => boolean): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth += 1) {
    if (test(cause)) {
      return true;
    }
  }
  return false;
}
