import { z } from 'zod';
import { believableUsage } from '../budget/tokens.ts';
import { BadReply, StreamError } from './reply-errors.ts';
import type { StopReason, TokenUsage, ToolRequest, TurnAnswer } from './language-model.ts';

const MAX_BLOCKS = 64;
const tokens = z.number().int().nonnegative().max(1e9);
const usageSchema = z.object({
  input_tokens: tokens.nullish(),
  output_tokens: tokens.nullish(),
  cache_read_input_tokens: tokens.nullish(),
  cache_creation_input_tokens: tokens.nullish(),
});
const blockSchema = z.union([
  z.object({ type: z.literal('text'), text: z.string().default('') }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string().min(1).max(200),
    name: z.string().max(200),
    input: z.unknown().optional(),
  }),
  z.object({ type: z.string() }).transform(() => undefined),
]);
const messageSchema = z.object({
  content: z.array(blockSchema).max(MAX_BLOCKS),
  stop_reason: z.string().nullable(),
  model: z.string().max(200),
  usage: usageSchema.optional(),
});
const eventSchema = z.union([
  z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string().max(200), usage: usageSchema.optional() }),
  }),
  z.object({ type: z.literal('content_block_start'), index: z.number().int(), content_block: blockSchema }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.number().int(),
    delta: z.object({ type: z.string(), text: z.string().optional(), partial_json: z.string().optional() }),
  }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: usageSchema.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.literal('error'), error: z.object({ type: z.string() }) }),
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);

interface Block {
  readonly tool?: { readonly id: string; readonly name: string; readonly input?: unknown };
  text: string;
  json: string;
}

/** Puts one message together from the events of a stream. */
export class MessageParts {
  usage: Partial<TokenUsage> = {};
  private readonly onText: ((part: string) => void) | undefined;
  private readonly blocks = new Map<number, Block>();
  private model: string | undefined;
  private stop: string | null = null;
  private ended = false;

  constructor(onText?: (part: string) => void) {
    this.onText = onText;
  }

  /** Everything the model wrote so far. */
  get received(): string {
    return [...this.blocks.values()].map(({ text, json }) => text + json).join('');
  }

  /** @throws BadReply, StreamError */
  take(data: string): void {
    const event = parseEvent(data);
    switch (event.type) {
      case 'message_start':
        this.model = event.message.model;
        this.count(event.message.usage);
        break;
      case 'content_block_start':
        this.begin(event.index, event.content_block);
        break;
      case 'content_block_delta':
        this.extend(event.index, event.delta);
        break;
      case 'message_delta':
        this.stop = event.delta.stop_reason ?? this.stop;
        this.count(event.usage);
        break;
      case 'message_stop':
        this.ended = true;
        break;
      case 'error':
        throw new StreamError(statusOf(event.error.type));
      default:
    }
  }

  /** @throws BadReply for a stream without a beginning, StreamError for one that broke off */
  finish(sent: string): TurnAnswer {
    if (this.model === undefined) {
      throw new BadReply('a stream without a message.');
    }
    if (!this.ended) {
      throw new StreamError(502);
    }
    const blocks = [...this.blocks.values()];
    return toAnswer(
      {
        text: blocks.map(({ text }) => text).join(''),
        toolRequests: blocks.flatMap(({ tool, json }) => (tool ? [toRequest(tool, json)] : [])),
        stop: this.stop,
        model: this.model,
      },
      believableUsage(this.usage, sent, this.received)
    );
  }

  private begin(index: number, block: z.infer<typeof blockSchema>): void {
    if (this.blocks.size >= MAX_BLOCKS) {
      throw new BadReply('too many blocks.');
    }
    if (block) {
      const isTool = block.type === 'tool_use';
      this.blocks.set(index, { ...(isTool ? { tool: block } : {}), text: isTool ? '' : block.text, json: '' });
    }
  }

  private extend(
    index: number,
    { text, partial_json: json }: { text?: string | undefined; partial_json?: string | undefined }
  ) {
    const block = this.blocks.get(index);
    if (block && !block.tool && text) {
      block.text += text;
      this.onText?.(text);
    }
    if (block?.tool && json) {
      block.json += json;
    }
  }

  private count(usage: z.infer<typeof usageSchema> | null | undefined): void {
    this.usage = { ...this.usage, ...toUsage(usage) };
  }
}

/** The same from an answer in one piece. @throws BadReply */
export function readMessage(reply: unknown, sent: string): TurnAnswer {
  const parsed = messageSchema.safeParse(reply);
  if (!parsed.success) {
    throw new BadReply(`field ${parsed.error.issues[0]?.path.join('.') || 'reply'}.`);
  }
  const { content, stop_reason: stop, model, usage } = parsed.data;
  const text = content.map((block) => (block?.type === 'text' ? block.text : '')).join('');
  const toolRequests = content.flatMap((block) => (block?.type === 'tool_use' ? [toRequest(block, '')] : []));
  const received = text + JSON.stringify(toolRequests);
  return toAnswer(
    { text, toolRequests, stop, model },
    believableUsage(toUsage(usage), sent, toolRequests.length > 0 ? received : text)
  );
}

function toAnswer(
  parts: Pick<TurnAnswer, 'text' | 'toolRequests' | 'model'> & { readonly stop: string | null },
  usage: TokenUsage
): TurnAnswer {
  return { kind: 'answered', ...parts, stop: toStop(parts.stop), usage };
}

function parseEvent(data: string): z.infer<typeof eventSchema> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw new BadReply('an event that is no JSON.');
  }
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) {
    throw new BadReply('an event without a type.');
  }
  return parsed.data;
}

/** Input that is no JSON stays a text: the check of the input refuses it and the model is told. */
function toRequest({ id, name, input }: NonNullable<Block['tool']>, json: string): ToolRequest {
  if (json === '') {
    return { id, name, input };
  }
  try {
    return { id, name, input: JSON.parse(json) as unknown };
  } catch {
    return { id, name, input: json };
  }
}

function toUsage(usage: z.infer<typeof usageSchema> | null | undefined): Partial<TokenUsage> {
  const counts = {
    inputTokens: usage?.input_tokens,
    outputTokens: usage?.output_tokens,
    cacheReadTokens: usage?.cache_read_input_tokens,
    cacheWriteTokens: usage?.cache_creation_input_tokens,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'));
}

function toStop(reason: string | null): StopReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'end';
    case 'tool_use':
      return 'tools';
    case 'max_tokens':
      return 'length';
    case 'refusal':
      return 'refused';
    default:
      return 'other';
  }
}

function statusOf(type: string): number {
  const known: Readonly<Record<string, number>> = {
    overloaded_error: 529,
    rate_limit_error: 429,
    authentication_error: 401,
    permission_error: 403,
    not_found_error: 404,
    invalid_request_error: 400,
  };
  return known[type] ?? 500;
}
