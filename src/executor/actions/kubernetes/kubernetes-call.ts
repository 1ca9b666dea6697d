import type { JsonValue } from '#contracts';
import type { KubeConfig } from '@kubernetes/client-node';
import { IsomorphicFetchHttpLibrary, RequestContext } from '@kubernetes/client-node';

import type { Redact } from '../../log.ts';
import { redactor } from '../../log.ts';
import { errorOfAnswer, errorOfTransport, KubernetesError } from './kubernetes-error.ts';

/** Limits of one call. */
export interface CallLimits {
  /** From the first byte sent to the last byte read. Default 10 000. */
  readonly deadlineMs: number;
  /** Of the answer's body. Default 8 MiB: a list of pods can be long. */
  readonly maxBytes: number;
}

/** One call of the API. `contentType` is set for patches; JSON otherwise. */
export interface KubernetesCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: JsonValue;
  readonly contentType?: string;
}

/** Sends calls of one cluster. */
export interface KubernetesTransport {
  /** The parsed answer. @throws KubernetesError */
  send(call: KubernetesCall, signal: AbortSignal): Promise<unknown>;
  /** Ends the idle connections. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: CallLimits = { deadlineMs: 10_000, maxBytes: 8 * 1024 * 1024 };

/**
 * Calls with a deadline, a limit on the answer's size and a cancel, none of which the generated client has. Bodies stay plain
 * JSON: its classes would drop fields that are newer than they are, which a copied pod template must not lose.
 */
export function kubernetesTransport(
  config: KubeConfig,
  { redact = (text) => text, ...limits }: Partial<CallLimits> & { readonly redact?: Redact } = {}
): KubernetesTransport {
  const { deadlineMs, maxBytes } = { ...DEFAULT_LIMITS, ...limits };
  const server = config.getCurrentCluster()?.server ?? '';
  const http = new IsomorphicFetchHttpLibrary();
  // The client would open a new pool of connections with every call.
  let dispatcher: ReturnType<RequestContext['getDispatcher']>;
  const prepare = async (call: KubernetesCall, signal: AbortSignal) => {
    const context = new RequestContext(server + call.path, call.method);
    context.setHeaderParam('Accept', 'application/json');
    context.setHeaderParam('User-Agent', 'causeway-executor');
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) {
        context.setQueryParam(name, value);
      }
    }
    if (call.body !== undefined) {
      context.setHeaderParam('Content-Type', call.contentType ?? 'application/json');
      context.setBody(JSON.stringify(call.body));
    }
    await config.applySecurityAuthentication(context);
    dispatcher ??= context.getDispatcher();
    if (dispatcher !== undefined) {
      context.setDispatcher(dispatcher);
    }
    context.setSignal(signal);
    return context;
  };
  return {
    async send(call, signal) {
      if (signal.aborted) {
        throw new KubernetesError('cancelled before it was sent', { phase: 'not-sent' });
      }
      const context = await prepare(call, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])).catch(() => {
        throw new KubernetesError('the credential cannot be read', { phase: 'not-sent' });
      });
      const hidden = redactor(secretsOf(context));
      const answer = await exchange(http, context, maxBytes).catch((thrown: unknown) => {
        throw thrown instanceof KubernetesError ? thrown : errorOfTransport(thrown, deadlineMs);
      });
      if (answer.status < 200 || answer.status > 299) {
        throw errorOfAnswer(answer.status, answer.headers, answer.text, (text) => redact(hidden(text)));
      }
      return parse(answer.text, call);
    },
    close: async () => {
      await dispatcher?.destroy();
      dispatcher = undefined;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function exchange(http: IsomorphicFetchHttpLibrary, context: RequestContext, maxBytes: number): Promise<Answer> {
  const response = await http.send(context).toPromise();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Typed as bytes or text by the client, but it is the body of fetch.
  const body = response.body as unknown as { stream(): AsyncIterable<Uint8Array> | null };
  for await (const chunk of body.stream() ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new KubernetesError(`the answer is larger than ${maxBytes} bytes`, { phase: 'perhaps-sent' });
    }
    chunks.push(chunk);
  }
  return { status: response.httpStatusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}

function parse(text: string, call: KubernetesCall): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The request was answered with success, but not by an API server.
    const words = `the answer to ${call.method} ${call.path} is no JSON`;
    throw new KubernetesError(words, { phase: 'perhaps-sent' });
  }
}

/** The credential as it goes over the wire, so that no answer can carry it into a message. */
function secretsOf(context: RequestContext): string[] {
  const header = Object.entries(context.getHeaders()).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return header === undefined ? [] : [header, header.replace(/^\S+\s+/, '')];
}
