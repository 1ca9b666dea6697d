import type { LlmFailure } from '../errors.ts';

/** A tool as the model is told of it. It can only be asked for; code decides whether and how it runs. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
}

/** What the model asks a tool. `input` is unchecked. */
export interface ToolRequest {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** The answer to a `ToolRequest`, already wrapped as data. */
export interface ToolAnswer {
  readonly id: string;
  readonly text: string;
  readonly failed: boolean;
}

/** One message of a conversation; those of the user and of the model take turns. */
export type TurnMessage =
  | { readonly role: 'user'; readonly text: string; readonly toolAnswers: readonly ToolAnswer[] }
  | { readonly role: 'model'; readonly text: string; readonly toolRequests: readonly ToolRequest[] };

/** Everything that one turn sends. */
export interface TurnRequest {
  readonly system: string;
  readonly messages: readonly TurnMessage[];
  readonly tools: readonly ToolDeclaration[];
  /** Whether the model may ask for tools in this turn. */
  readonly mayUseTools: boolean;
  readonly maxOutputTokens: number;
}

/** Tokens of one or more calls. `inputTokens` are those that came neither from the cache nor went into it. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** True where the server gave no believable count and the length was taken instead. */
  readonly estimated: boolean;
}

/** Why the model stopped. */
export type StopReason = 'end' | 'tools' | 'length' | 'refused' | 'other';

/** What one turn brought. */
export interface TurnAnswer {
  readonly kind: 'answered';
  readonly text: string;
  readonly toolRequests: readonly ToolRequest[];
  readonly stop: StopReason;
  /** The model that answered, as the server names it. */
  readonly model: string;
  /** Of all attempts. */
  readonly usage: TokenUsage;
}

/** A turn without an answer. What it cost all the same is counted. */
export interface TurnFailure extends LlmFailure {
  readonly usage: TokenUsage;
}

/** How long a turn may take, and who hears of it. */
export interface TurnOptions {
  /** Deadline of the turn with its retries, seconds. */
  readonly timeoutSeconds: number;
  /** A retry that could pass this sum of tokens is not made. */
  readonly maxTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears the text while it is written; what it hears is unchecked. */
  readonly onText?: ((part: string) => void) | undefined;
}

/**
 * A language model: one streamed turn of a conversation at a time. An implementation holds the credential of its own
 * endpoint and no other, follows no redirects, and never throws.
 */
export interface LanguageModel {
  readonly provider: 'messages-api' | 'grafana-llm-app';
  /** Name of the model that is asked for. */
  readonly model: string;
  /** Origin that receives the payload, for a person to read. */
  readonly destination: string;
  /** The exact body that `takeTurn` sends: for previews and for the record. */
  toBody(request: TurnRequest): object;
  takeTurn(request: TurnRequest, options: TurnOptions): Promise<TurnAnswer | TurnFailure>;
}

export const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: false,
};

/** The sum of two counts. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    estimated: a.estimated || b.estimated,
  };
}

/** All tokens, cached ones included. */
export function totalTokens(usage: TokenUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
