import { addUsage, NO_USAGE, type TokenUsage, totalTokens } from '../language-model/language-model.ts';
import type { Amount } from './budget-book.ts';
import { costOf, highestCost, type ModelPrice } from './prices.ts';

/** What one run may use. */
export interface RunLimits {
  readonly turns: number;
  readonly toolCalls: number;
  /** All tokens of all turns, in and out. */
  readonly tokens: number;
  readonly seconds: number;
  /** Money, in the currency of the prices; no limit when missing. */
  readonly cost?: number | undefined;
}

/** What a run used. */
export interface RunSpend {
  readonly turns: number;
  readonly toolCalls: number;
  readonly usage: TokenUsage;
  readonly tokens: number;
  /** Null where no price is known for the model. */
  readonly cost: number | null;
  readonly seconds: number;
}

/** Which limit leaves no room. */
export type RunLimit = 'turns' | 'tool-calls' | 'tokens' | 'seconds' | 'cost';

/** Counts what a run uses and says, before a turn, whether there is room for it at its dearest. */
export class RunMeter {
  private readonly limits: RunLimits;
  private readonly price: ModelPrice | undefined;
  private readonly nowSeconds: () => number;
  private readonly startSeconds: number;
  private usage = NO_USAGE;
  private turns = 0;
  private calls = 0;

  constructor(limits: RunLimits, price: ModelPrice | undefined, nowSeconds: () => number) {
    this.limits = limits;
    this.price = price;
    this.nowSeconds = nowSeconds;
    this.startSeconds = nowSeconds();
  }

  get secondsLeft(): number {
    return this.limits.seconds - (this.nowSeconds() - this.startSeconds);
  }

  get tokensLeft(): number {
    return this.limits.tokens - totalTokens(this.usage);
  }

  get toolCallsLeft(): number {
    return this.limits.toolCalls - this.calls;
  }

  /** The limit that turns of so many tokens would pass; undefined when all of them fit. */
  lacks(turns: readonly { readonly inputTokens: number; readonly outputTokens: number }[]): RunLimit | undefined {
    const input = turns.reduce((sum, turn) => sum + turn.inputTokens, 0);
    const output = turns.reduce((sum, turn) => sum + turn.outputTokens, 0);
    if (this.turns + turns.length > this.limits.turns) {
      return 'turns';
    }
    if (this.secondsLeft <= 0) {
      return 'seconds';
    }
    if (totalTokens(this.usage) + input + output > this.limits.tokens) {
      return 'tokens';
    }
    const cost = highestCost(input, output, this.price);
    const spent = costOf(this.usage, this.price);
    const isTooDear = cost !== null && spent !== null && spent + cost > (this.limits.cost ?? Infinity);
    return isTooDear ? 'cost' : undefined;
  }

  countTurn(usage: TokenUsage): void {
    this.turns += 1;
    this.usage = addUsage(this.usage, usage);
  }

  countToolCall(): void {
    this.calls += 1;
  }

  get spend(): RunSpend {
    return {
      turns: this.turns,
      toolCalls: this.calls,
      usage: this.usage,
      tokens: totalTokens(this.usage),
      cost: costOf(this.usage, this.price),
      seconds: Math.max(0, this.nowSeconds() - this.startSeconds),
    };
  }

  get amount(): Amount {
    return { tokens: totalTokens(this.usage), cost: costOf(this.usage, this.price) };
  }
}
