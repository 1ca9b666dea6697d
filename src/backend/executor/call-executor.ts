import { z } from 'zod';
import { BackendError } from '../errors.ts';
import { readSigningKey, signCall, type TokenIntent } from './backend-token.ts';
import { createExchange, type ExchangeReply } from './http-exchange.ts';

/** Where and as whom the executor is called. */
export interface ExecutorConnection {
  readonly url: string;
  /** Ed25519 private key, PKCS #8 PEM. */
  readonly signingKeyPem: string;
  readonly caPem?: string;
  /** Deadline of one call, seconds. */
  readonly timeoutSeconds: number;
}

/** The executor understood, and will not do it. */
export class ExecutorRefusal extends BackendError {
  /** Of the executor's own table, like `CAUSEWAY_EXECUTOR_TARGET_UNKNOWN`. */
  readonly refusal: string;

  constructor(refusal: string, detail: string, remedy: string) {
    super('CAUSEWAY_EXECUTOR_REFUSED', `The executor refused (${refusal}): ${detail}`, { remedy });
    this.refusal = refusal;
  }
}

/** One call. The intent is what its token allows. */
export interface ExecutorCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly intent: TokenIntent;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
const problemSchema = z.object({
  code: z.string().max(100),
  detail: z.string().max(2000),
  remedy: z.string().max(2000),
});

/**
 * Makes the function that signs and sends calls to one executor. It throws `BackendError` with a `CAUSEWAY_EXECUTOR_` code.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` when the key cannot be used
 */
export function createExecutorCall(
  connection: ExecutorConnection,
  now: () => number = Date.now
): (call: ExecutorCall) => Promise<unknown> {
  const key = readSigningKey(connection.signingKeyPem);
  const exchange = createExchange(connection.caPem);
  const base = connection.url.replace(/\/+$/, '');

  return async ({ method, path, intent, body, signal }: ExecutorCall): Promise<unknown> => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const deadline = AbortSignal.timeout(connection.timeoutSeconds * 1000);
    const headers = {
      authorization: `Bearer ${await signCall(key, intent, text, now())}`,
      accept: 'application/json',
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
    };
    let reply: ExchangeReply;
    try {
      reply = await exchange({
        url: new URL(`${base}${path}`),
        method,
        headers,
        body: text,
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
        maxResponseBytes: MAX_RESPONSE_BYTES,
      });
    } catch (cause) {
      throw toCallError(cause, deadline, signal);
    }
    return readReply(reply);
  };
}

function toCallError(cause: unknown, deadline: AbortSignal, signal: AbortSignal | undefined): BackendError {
  if (signal?.aborted) {
    return new BackendError('CAUSEWAY_CANCELLED', 'The call to the executor was cancelled.', { cause });
  }
  if (deadline.aborted) {
    return new BackendError('CAUSEWAY_EXECUTOR_TIMEOUT', 'The executor did not answer in time.', { cause });
  }
  if (cause instanceof RangeError) {
    return new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', `The executor’s answer is not usable: ${cause.message}.`, {
      cause,
    });
  }
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', `The executor cannot be reached${code}.`, { cause });
}

function readReply({ status, text }: ExchangeReply): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', `The executor answered HTTP ${status} without JSON.`, {
      cause,
    });
  }
  if (status >= 200 && status < 300) {
    return value;
  }
  const problem = problemSchema.safeParse(value);
  if (!problem.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', `The executor answered HTTP ${status} without a reason.`);
  }
  const { code, detail, remedy } = problem.data;
  throw new ExecutorRefusal(code, detail, remedy);
}
