import { z } from 'zod';
import { believableUsage } from '../budget/tokens.ts';
import { BadReply, StreamError } from './reply-errors.ts';
import type { StopReason, TokenUsage, ToolRequest, TurnAnswer } from './language-model.ts';

const MAX_CALLS = 64;
const tokens = z.number().int().nonnegative().max(1e9);
const usageSchema = z.object({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  prompt_tokens_details: z.object({ cached_tokens: tokens.nullish() }).nullish(),
});
const callSchema = z.object({
  index: z.number().int().nullish(),
  id: z.string().max(200).nullish(),
  function: z.object({ name: z.string().max(200).nullish(), arguments: z.string().nullish() }).nullish(),
});
const contentSchema = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(callSchema).max(MAX_CALLS).nullish(),
});
const completionSchema = z.object({
  model: z.string().max(200).default(''),
  choices: z.array(z.object({ message: contentSchema, finish_reason: z.string().nullish() })).min(1),
  usage: usageSchema.nullish(),
});
const chunkSchema = z.object({
  model: z.string().max(200).nullish(),
  choices: z.array(z.object({ delta: contentSchema.nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: usageSchema.nullish(),
  // An object, or a text in older versions.
  error: z.union([z.string(), z.looseObject({ code: z.unknown().optional(), type: z.unknown().optional() })]).nullish(),
});

interface Call {
  id: string;
  name: string;
  json: string;
}

/** Puts one completion together from the chunks of a stream. */
export class ChatParts {
  usage: Partial<TokenUsage> = {};
  private readonly onText: ((part: string) => void) | undefined;
  private readonly calls = new Map<number, Call>();
  private text = '';
  private model: string | undefined;
  private stop: string | undefined;
  private refused = false;

  constructor(onText?: (part: string) => void) {
    this.onText = onText;
  }

  /** Everything the model wrote so far. */
  get received(): string {
    return this.text + [...this.calls.values()].map(({ json }) => json).join('');
  }

  /** @throws BadReply, StreamError */
  take(data: string): void {
    if (data === '[DONE]' || data === '') {
      return;
    }
    const chunk = parseChunk(data);
    if (chunk.error) {
      throw new StreamError(typeof chunk.error === 'string' ? 500 : statusOf(chunk.error));
    }
    this.model = chunk.model ?? this.model ?? '';
    this.usage = { ...this.usage, ...toUsage(chunk.usage) };
    const choice = chunk.choices?.[0];
    this.stop = choice?.finish_reason ?? this.stop;
    this.extend(choice?.delta);
  }

  /** @throws BadReply for a stream without a completion, StreamError for one that broke off */
  finish(sent: string): TurnAnswer {
    if (this.model === undefined) {
      throw new BadReply('a stream without a completion.');
    }
    if (this.stop === undefined) {
      throw new StreamError(502);
    }
    const { text, model, stop, refused } = this;
    const toolRequests = [...this.calls.values()].map(toRequest);
    const usage = believableUsage(this.usage, sent, this.received);
    return { kind: 'answered', text, toolRequests, model, stop: refused ? 'refused' : toStop(stop), usage };
  }

  private extend(delta: z.infer<typeof contentSchema> | null | undefined): void {
    this.refused ||= Boolean(delta?.refusal);
    if (delta?.content) {
      this.text += delta.content;
      this.onText?.(delta.content);
    }
    delta?.tool_calls?.forEach((part, at) => this.extendCall(part.index ?? at, part));
  }

  private extendCall(index: number, { id, function: called }: z.infer<typeof callSchema>): void {
    const call = this.calls.get(index) ?? { id: '', name: '', json: '' };
    if (!this.calls.has(index) && this.calls.size >= MAX_CALLS) {
      throw new BadReply('too many tool calls.');
    }
    call.id ||= id ?? '';
    call.name ||= called?.name ?? '';
    call.json += called?.arguments ?? '';
    this.calls.set(index, call);
  }
}

/** The same from an answer in one piece. @throws BadReply */
export function readCompletion(reply: unknown, sent: string): TurnAnswer {
  const parsed = completionSchema.safeParse(reply);
  const choice = parsed.data?.choices[0];
  if (!parsed.success || !choice) {
    throw new BadReply(`field ${parsed.error?.issues[0]?.path.join('.') || 'reply'}.`);
  }
  const text = choice.message.content ?? '';
  const calls = (choice.message.tool_calls ?? []).map((call) => ({
    id: call.id ?? '',
    name: call.function?.name ?? '',
    json: call.function?.arguments ?? '',
  }));
  return {
    kind: 'answered',
    text,
    toolRequests: calls.map(toRequest),
    stop: choice.message.refusal ? 'refused' : toStop(choice.finish_reason ?? ''),
    model: parsed.data.model,
    usage: believableUsage(toUsage(parsed.data.usage), sent, text + calls.map(({ json }) => json).join('')),
  };
}

function parseChunk(data: string): z.infer<typeof chunkSchema> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw new BadReply('a chunk that is no JSON.');
  }
  const parsed = chunkSchema.safeParse(json);
  if (!parsed.success) {
    throw new BadReply(`a chunk with a wrong field ${parsed.error.issues[0]?.path.join('.') ?? ''}.`);
  }
  return parsed.data;
}

/** Input that is no JSON stays a text: the check of the input refuses it and the model is told. */
function toRequest({ id, name, json }: Call): ToolRequest {
  try {
    return { id, name, input: JSON.parse(json || '{}') as unknown };
  } catch {
    return { id, name, input: json };
  }
}

function toUsage(usage: z.infer<typeof usageSchema> | null | undefined): Partial<TokenUsage> {
  if (!usage) {
    return {};
  }
  const cacheReadTokens = Math.min(usage.prompt_tokens, usage.prompt_tokens_details?.cached_tokens ?? 0);
  return {
    inputTokens: usage.prompt_tokens - cacheReadTokens,
    outputTokens: usage.completion_tokens,
    cacheReadTokens,
  };
}

function toStop(reason: string): StopReason {
  const known: Readonly<Record<string, StopReason>> = {
    stop: 'end',
    tool_calls: 'tools',
    length: 'length',
    content_filter: 'refused',
  };
  return known[reason] ?? 'other';
}

function statusOf({ code, type }: { readonly code?: unknown; readonly type?: unknown }): number {
  if (typeof code === 'number' && code >= 400 && code < 600) {
    return code;
  }
  return /rate_limit/.test(String(code) + String(type)) ? 429 : 500;
}
