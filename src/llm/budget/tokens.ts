import type { TokenUsage } from '../language-model/language-model.ts';

/** Bytes of one token at most: reports in JSON have about three bytes for each. */
const BYTES_PER_TOKEN = 2.5;
/** A server that counts fewer tokens than one for so many bytes is not believed. */
const MOST_BYTES_PER_TOKEN = 12;

/** An estimate from above of the tokens of a text. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** No text has more tokens than bytes; servers add some for instructions of their own. */
const TOKENS_OF_THE_SERVER = 20_000;

/**
 * What a server counted, where that can be believed. A server that counts nothing, or far too little, would make every budget
 * worthless, and one that counts too much would use it up: the estimate stands in for it and is marked.
 */
export function believableUsage(counted: Partial<TokenUsage>, sent: string, received: string): TokenUsage {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = counted;
  const isTrusted = (tokens: number, text: string): boolean =>
    tokens >= Math.floor(Buffer.byteLength(text) / MOST_BYTES_PER_TOKEN);
  const inTotal = inputTokens + cacheReadTokens + cacheWriteTokens;
  const input = isTrusted(inTotal, sent) && inTotal <= Buffer.byteLength(sent) + TOKENS_OF_THE_SERVER;
  const output = isTrusted(outputTokens, received);
  return {
    inputTokens: input ? inputTokens : estimateTokens(sent),
    outputTokens: output ? outputTokens : estimateTokens(received),
    cacheReadTokens: input ? cacheReadTokens : 0,
    cacheWriteTokens: input ? cacheWriteTokens : 0,
    estimated: !input || !output,
  };
}
