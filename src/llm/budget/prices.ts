import type { TokenUsage } from '../language-model/language-model.ts';

/** What a model costs, per million tokens, in the currency of the settings. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** The input price when missing. */
  readonly cacheReadPerMillion?: number | undefined;
  readonly cacheWritePerMillion?: number | undefined;
}

/** Prices by the name of the model as it is asked for. */
export type Prices = Readonly<Record<string, ModelPrice>>;

/** The price of a model; a name that the settings do not have has none. */
export function priceOf(prices: Prices, model: string): ModelPrice | undefined {
  return Object.hasOwn(prices, model) ? prices[model] : undefined;
}

/** What tokens cost; null where no price is known, which is not the same as nothing. */
export function costOf(usage: TokenUsage, price: ModelPrice | undefined): number | null {
  if (!price) {
    return null;
  }
  const { inputPerMillion, outputPerMillion, cacheReadPerMillion, cacheWritePerMillion } = price;
  return (
    (usage.inputTokens * inputPerMillion +
      usage.outputTokens * outputPerMillion +
      usage.cacheReadTokens * (cacheReadPerMillion ?? inputPerMillion) +
      usage.cacheWriteTokens * (cacheWritePerMillion ?? inputPerMillion)) /
    1e6
  );
}

/** The most that tokens of a turn can cost: every one at the dearest price of its kind. */
export function highestCost(inputTokens: number, outputTokens: number, price: ModelPrice | undefined): number | null {
  if (!price) {
    return null;
  }
  const { inputPerMillion, cacheReadPerMillion = 0, cacheWritePerMillion = 0 } = price;
  const input = Math.max(inputPerMillion, cacheReadPerMillion, cacheWritePerMillion);
  return (inputTokens * input + outputTokens * price.outputPerMillion) / 1e6;
}
