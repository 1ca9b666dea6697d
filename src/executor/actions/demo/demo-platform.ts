import { z } from 'zod';
import type { ActionTarget } from '#model';
import { ExecutorError } from '../../errors.ts';
import type { BoundedReply } from '../../fetch-bounded.ts';
import { fetchBounded } from '../../fetch-bounded.ts';
import type { Redact } from '../../log.ts';
import { describeError } from '../../log.ts';
import type { ApplyResult, LiveTarget, Platform, PlatformRequest } from '../platform.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024 };

const targetReply = z.object({
  uid: z.string().min(1).max(200),
  version: z.string().min(1).max(200),
  spec: z.record(z.string(), z.unknown()),
  operationId: z.string().max(200).optional(),
});
const operationReply = z.object({ message: z.string().max(2000) });
const actionReply = z.object({
  applied: z.boolean(),
  diff: z.string().max(20_000),
  message: z.string().max(2000).optional(),
});
const errorReply = z.object({
  message: z.string().optional(),
  error: z.string().optional(),
  detail: z.string().optional(),
});

export interface DemoPlatformOptions {
  /** Control address of the simulated shop, for example `http://127.0.0.1:8080/shop/v1`. */
  readonly url: string;
  readonly token: string;
  /** Applied to every text that the platform sends. */
  readonly redact: Redact;
}

/** {@link Platform} over the control API of the simulated shop. */
export function demoPlatform({ url, token, redact }: DemoPlatformOptions): Platform {
  const base = url.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send = (request: PlatformRequest, dryRun: boolean, signal?: AbortSignal) => {
    const body = JSON.stringify({ ...request, dryRun });
    return fetchBounded(`${base}/platform/actions`, { method: 'POST', headers, body }, LIMITS, signal);
  };
  return {
    async readTarget(target, signal) {
      const reply = await reach(() => fetchBounded(base + targetPath(target), { headers }, LIMITS, signal));
      if (reply.status === 404 || reply.status === 422) {
        throw new ExecutorError(
          'TARGET_UNKNOWN',
          `target: the platform does not know ${target.kind} "${target.name}".`
        );
      }
      return parseTarget(reply);
    },
    async dryRun(request, signal) {
      const reply = await reach(() => send(request, true, signal));
      if (reply.status >= 400 && reply.status < 500 && reply.status !== 401 && reply.status !== 403) {
        throw new ExecutorError('PLATFORM_REFUSED', redact(reasonOf(reply)));
      }
      const answer = parse(reply, actionReply);
      return redact(answer.diff);
    },
    apply: (request, signal) => attempt(() => send(request, false, signal), redact),
    restore: (request, signal) => {
      const init = { method: 'POST', headers, body: JSON.stringify(request) };
      return attempt(() => fetchBounded(`${base}/platform/restore`, init, LIMITS, signal), redact);
    },
    async findOperation(operationId, signal) {
      const url = `${base}/platform/operations/${encodeURIComponent(operationId)}`;
      const reply = await reach(() => fetchBounded(url, { headers }, LIMITS, signal));
      return reply.status === 404 ? undefined : { message: redact(parse(reply, operationReply).message) };
    },
  };
}

/** A change that was sent: without a clear answer it may or may not have happened. */
async function attempt(call: () => Promise<BoundedReply>, redact: Redact): Promise<ApplyResult> {
  try {
    return toResult(await call(), redact);
  } catch (error) {
    return { kind: 'unknown', message: redact(describeError(error)) };
  }
}

function targetPath(target: ActionTarget): string {
  const peer = target.peer === undefined ? '' : `?peer=${encodeURIComponent(target.peer)}`;
  return `/platform/targets/${encodeURIComponent(target.kind)}/${encodeURIComponent(target.name)}${peer}`;
}

function toResult(reply: BoundedReply, redact: Redact): ApplyResult {
  if (reply.status === 409) {
    return { kind: 'conflict', message: redact(reasonOf(reply)) };
  }
  if (reply.status >= 400 && reply.status < 500) {
    return { kind: 'refused', message: redact(reasonOf(reply)) };
  }
  const answer = reply.status === 200 ? actionReply.safeParse(toJson(reply.text)) : undefined;
  if (!answer?.success) {
    return { kind: 'unknown', message: `the platform answered ${reply.status} without a result` };
  }
  const message = redact(answer.data.message ?? answer.data.diff).slice(0, 500);
  return answer.data.applied ? { kind: 'applied', message } : { kind: 'refused', message };
}

async function reach(call: () => Promise<BoundedReply>): Promise<BoundedReply> {
  try {
    return await call();
  } catch (error) {
    throw new ExecutorError('PLATFORM_UNAVAILABLE', 'The platform did not answer.', { cause: error });
  }
}

function parseTarget(reply: BoundedReply): LiveTarget {
  const { operationId, ...live } = parse(reply, targetReply);
  return { ...live, ...(operationId === undefined ? {} : { operationId }) };
}

function parse<T>(reply: BoundedReply, schema: z.ZodType<T>): T {
  const parsed = reply.status === 200 ? schema.safeParse(toJson(reply.text)) : undefined;
  if (!parsed?.success) {
    throw new ExecutorError('PLATFORM_UNAVAILABLE', `The platform gave no usable answer (status ${reply.status}).`);
  }
  return parsed.data;
}

function reasonOf(reply: BoundedReply): string {
  const parsed = errorReply.safeParse(toJson(reply.text));
  const reason = parsed.success ? (parsed.data.message ?? parsed.data.detail ?? parsed.data.error) : undefined;
  return (reason ?? `The platform answered ${reply.status}.`).slice(0, 500);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
