import { Stream } from '@anthropic-ai/sdk/streaming';
import { believableUsage, estimateTokens } from '../budget/tokens.ts';
import { toLlmFailure } from '../errors.ts';
import { type AttemptError, withAttempts } from './attempts.ts';
import { ChatParts, readCompletion } from './chat-parts.ts';
import { guardedFetch, readJson } from './guarded-fetch.ts';
import {
  type LanguageModel,
  NO_USAGE,
  type TurnAnswer,
  type TurnMessage,
  type TurnOptions,
  type TurnRequest,
} from './language-model.ts';

/** How the LLM app of a Grafana is reached. */
export interface GrafanaConnection {
  /** Address of Grafana. */
  readonly grafanaUrl: string;
  /** Token of a service account that may use the app. */
  readonly token: string;
  /** `base` or `large`: the app knows which model of its provider that is, and refuses other names. Anything else is `large`. */
  readonly model: string;
}

/** Chat completions below the resources of the app (the older path, `/openai/v1`, is deprecated there). */
const PATH = '/api/plugins/grafana-llm-app/resources/llm/v1/chat/completions';

class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly retryAfter: string | null;

  constructor(response: Response) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.retryAfter = response.headers.get('retry-after');
  }
}

/** A model behind the LLM app of Grafana, which holds the key of its provider itself. It speaks OpenAI's chat completions. */
export function grafanaModel(connection: GrafanaConnection): LanguageModel {
  const model = connection.model === 'base' ? 'base' : 'large';
  const toBody = (request: TurnRequest) => toChatBody(model, request);
  return {
    provider: 'grafana-llm-app',
    model,
    destination: URL.canParse(connection.grafanaUrl) ? new URL(connection.grafanaUrl).origin : connection.grafanaUrl,
    toBody,
    takeTurn: async (request, options) => {
      const { grafanaUrl, token } = connection;
      if (token.trim() === '' || !URL.canParse(grafanaUrl)) {
        const detail = 'Address of Grafana or token is missing.';
        return { ...toLlmFailure('CAUSEWAY_LLM_BAD_SETTINGS', detail), usage: NO_USAGE };
      }
      return withAttempts(
        options,
        estimateTokens(JSON.stringify(toBody(request))) + request.maxOutputTokens,
        (signal, count) => attempt(connection, toBody(request), { ...options, signal }, count),
        explain
      );
    },
  };
}

async function attempt(
  { grafanaUrl, token }: GrafanaConnection,
  body: object,
  options: TurnOptions,
  count: (usage: TurnAnswer['usage']) => void
): Promise<TurnAnswer> {
  const sent = JSON.stringify(body);
  const response = await guardedFetch(`${grafanaUrl.replace(/\/$/, '')}${PATH}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: sent,
    signal: options.signal ?? null,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new HttpError(response);
  }
  if (!response.headers.get('content-type')?.includes('text/event-stream')) {
    return readCompletion(await readJson(response), sent);
  }
  const parts = new ChatParts(options.onText);
  try {
    for await (const { data } of Stream.rawEvents(response)) {
      parts.take(data);
    }
    options.signal?.throwIfAborted();
    return parts.finish(sent);
  } finally {
    count(believableUsage(parts.usage, sent, parts.received));
  }
}

function toChatBody(model: string, request: TurnRequest): object {
  return {
    model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'system', content: request.system }, ...request.messages.flatMap(toChatMessages)],
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, inputSchema }) => ({
            type: 'function',
            function: { name, description, parameters: inputSchema },
          })),
          tool_choice: request.mayUseTools ? 'auto' : 'none',
        }),
  };
}

function toChatMessages(message: TurnMessage): readonly object[] {
  if (message.role === 'user') {
    const answers = message.toolAnswers.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
    return message.text === '' ? answers : [...answers, { role: 'user', content: message.text }];
  }
  const calls = message.toolRequests.map(({ id, name, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}) },
  }));
  return [{ role: 'assistant', content: message.text, ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
}

function explain(error: unknown): AttemptError {
  if (error instanceof HttpError) {
    return { status: error.status, retryAfter: error.retryAfter };
  }
  return { connection: error instanceof TypeError };
}
