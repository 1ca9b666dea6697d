import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { Stream } from '@anthropic-ai/sdk/streaming';
import { believableUsage, estimateTokens } from '../budget/tokens.ts';
import { toLlmFailure } from '../errors.ts';
import { type AttemptError, withAttempts } from './attempts.ts';
import { guardedFetch, readJson } from './guarded-fetch.ts';
import {
  type LanguageModel,
  NO_USAGE,
  type TurnAnswer,
  type TurnMessage,
  type TurnOptions,
  type TurnRequest,
} from './language-model.ts';
import { MessageParts, readMessage } from './message-parts.ts';

/** How a server of the Messages API is reached. */
export interface MessagesConnection {
  readonly apiKey: string;
  /** Base of the API, without `/v1`. Default Anthropic's own. */
  readonly baseUrl?: string | undefined;
  readonly model: string;
}

const DEFAULT_BASE_URL = 'https://api.anthropic.com';
const CACHED = { cache_control: { type: 'ephemeral' as const } };

/**
 * A model behind the Anthropic Messages API: Anthropic's own or any server that speaks it. Instructions, tools and what was
 * said so far are marked for the prompt cache. A server that answers a request for a stream in one piece is understood too.
 */
export function messagesModel(connection: MessagesConnection): LanguageModel {
  const baseUrl = connection.baseUrl ?? DEFAULT_BASE_URL;
  const toBody = (request: TurnRequest) => toMessagesBody(connection.model, request);
  return {
    provider: 'messages-api',
    model: connection.model,
    destination: originOf(baseUrl),
    toBody,
    takeTurn: async (request, options) => {
      if (connection.apiKey.trim() === '' || connection.model.trim() === '') {
        return { ...toLlmFailure('CAUSEWAY_LLM_BAD_SETTINGS', 'API key or model is missing.'), usage: NO_USAGE };
      }
      const client = new Anthropic({
        apiKey: connection.apiKey,
        baseURL: baseUrl,
        maxRetries: 0,
        timeout: Math.max(1, Math.ceil(options.timeoutSeconds * 1000)),
        fetch: fetchPlainly,
        logLevel: 'off',
        openTelemetry: false,
        webhookKey: null,
      });
      return withAttempts(
        options,
        estimateTokens(JSON.stringify(toBody(request))) + request.maxOutputTokens,
        (signal, count) => attempt(client, toBody(request), { ...options, signal }, count),
        explain
      );
    },
  };
}

/** Nothing about this machine leaves beside the payload: the client would add its system, its version and the environment's headers. */
const HEADERS = ['accept', 'content-type', 'authorization', 'x-api-key', 'anthropic-version'];
const fetchPlainly: typeof guardedFetch = (input, init) => {
  const given = new Headers(init?.headers);
  const headers = new Headers({ 'user-agent': 'causeway' });
  HEADERS.filter((name) => given.has(name)).forEach((name) => headers.set(name, given.get(name) ?? ''));
  return guardedFetch(input, { ...init, headers });
};

async function attempt(
  client: Anthropic,
  body: ReturnType<typeof toMessagesBody>,
  options: TurnOptions,
  count: (usage: TurnAnswer['usage']) => void
): Promise<TurnAnswer> {
  const sent = JSON.stringify(body);
  const signal = options.signal ?? null;
  const response = await client.messages.create(body, signal ? { signal } : {}).asResponse();
  if (!response.headers.get('content-type')?.includes('text/event-stream')) {
    return readMessage(await readJson(response), sent);
  }
  const parts = new MessageParts(options.onText);
  try {
    for await (const { event, data } of Stream.rawEvents(response)) {
      if (event !== null && event !== 'ping') {
        parts.take(data);
      }
    }
    signal?.throwIfAborted();
    return parts.finish(sent);
  } finally {
    count(believableUsage(parts.usage, sent, parts.received));
  }
}

function toMessagesBody(model: string, request: TurnRequest) {
  const last = request.messages.length - 1;
  return {
    model,
    max_tokens: request.maxOutputTokens,
    stream: true as const,
    system: [{ type: 'text' as const, text: request.system, ...CACHED }],
    messages: request.messages.map((message, at) => toParam(message, at === last)),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, inputSchema }) => ({
            name,
            description,
            input_schema: inputSchema,
          })),
          tool_choice: { type: request.mayUseTools ? ('auto' as const) : ('none' as const) },
        }),
  };
}

function toParam(message: TurnMessage, isLast: boolean): Anthropic.MessageParam {
  if (message.role === 'model') {
    const text = message.text.trim() === '' ? [] : [{ type: 'text' as const, text: message.text }];
    const calls = message.toolRequests.map(({ id, name, input }) => ({
      type: 'tool_use' as const,
      id,
      name,
      input: typeof input === 'object' && input !== null ? input : {},
    }));
    return { role: 'assistant', content: [...text, ...calls] };
  }
  const answers = message.toolAnswers.map(({ id, text, failed }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: text,
    is_error: failed,
  }));
  const text = message.text === '' ? [] : [{ type: 'text' as const, text: message.text }];
  const blocks = [...answers, ...text];
  return {
    role: 'user',
    content: blocks.map((block, at) => (isLast && at === blocks.length - 1 ? { ...block, ...CACHED } : block)),
  };
}

function explain(error: unknown): AttemptError {
  if (error instanceof APIError && typeof error.status === 'number') {
    return { status: error.status, retryAfter: error.headers?.get('retry-after') };
  }
  return { connection: error instanceof APIConnectionError || isBroken(error) };
}

/** A connection that ends inside an answer is an error of the platform's fetch. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError && /terminated|fetch failed|network/i.test(error.message);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
