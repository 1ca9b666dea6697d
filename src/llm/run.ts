import type { BudgetBook, BudgetRefusal, Budgets } from './budget/budget-book.ts';
import { highestCost, type ModelPrice, priceOf, type Prices } from './budget/prices.ts';
import { type RunLimit, type RunLimits, RunMeter, type RunSpend } from './budget/run-meter.ts';
import { type LlmFailure, toLlmFailure } from './errors.ts';
import type { LanguageModel, TurnRequest } from './language-model/language-model.ts';
import { LinearPattern, PatternError } from './privacy/linear-pattern.ts';
import { Outgoing } from './privacy/outgoing.ts';
import { type HiddenCounts, Pseudonyms } from './privacy/pseudonyms.ts';
import type { FoundFact, ToolCallRecord } from './tools/investigation-tools.ts';

/** Something that happened in a run, for a person who watches. Texts of the model are unchecked and not among them. */
export type RunEvent =
  | { readonly type: 'turn'; readonly turn: number; readonly mayUseTools: boolean }
  /** Just before the first request leaves, with what was hidden and kept back in it. */
  | {
      readonly type: 'sent';
      readonly sent: SentPayload;
      readonly hidden: HiddenCounts;
      readonly withheld: readonly string[];
    }
  | { readonly type: 'writing'; readonly characters: number }
  | { readonly type: 'tool'; readonly call: ToolCallRecord }
  | { readonly type: 'spend'; readonly spend: RunSpend };

/** What every run with the model needs. */
export interface RunOptions {
  readonly model: LanguageModel;
  /** Whose budget it is: the incident. */
  readonly incident: string;
  readonly limits: RunLimits;
  readonly budgets: Budgets;
  readonly book: BudgetBook;
  readonly prices: Prices;
  /** Configured patterns of what is private, in the syntax of `LinearPattern`. */
  readonly privatePatterns?: readonly string[];
  /** Epoch milliseconds, for the month of the budget and the end of what may be asked about. */
  readonly now: () => number;
  /** Monotonic seconds, for deadlines. */
  readonly nowSeconds?: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Exactly what left, for the record: the last body holds everything that was sent before. */
export interface SentPayload {
  readonly destination: string;
  readonly body: object;
}

/** Why a run came to its end. */
export type RunEnd = 'answered' | 'nothing-new' | 'tool-calls' | RunLimit | 'failed' | 'budget';

/** What is known of a run, however it ended. */
export interface RunRecord {
  readonly provider: LanguageModel['provider'];
  /** As the server names it; as it was asked for where it never answered. */
  readonly model: string;
  readonly end: RunEnd;
  readonly spend: RunSpend;
  /** Null where nothing was sent. */
  readonly sent: SentPayload | null;
  /** Values that were hidden, by kind. */
  readonly hidden: HiddenCounts;
  /** Texts that were kept from the model because they read like instructions to it. */
  readonly withheld: readonly string[];
  readonly calls: readonly ToolCallRecord[];
  readonly facts: readonly FoundFact[];
  /** What a reader of the costs should know. */
  readonly notes: readonly string[];
}

/** What a run starts from. */
export interface RunStart {
  readonly outgoing: Outgoing;
  readonly price: ModelPrice | undefined;
  readonly nowSeconds: () => number;
}

/** Prepares pseudonyms and price. A pattern that cannot be used stops the run: what it should hide would leave. */
export function startRun(options: RunOptions, keep: readonly string[]): RunStart | LlmFailure {
  try {
    const patterns = (options.privatePatterns ?? []).map((source) => new LinearPattern(source));
    return {
      outgoing: new Outgoing(new Pseudonyms({ keep, patterns })),
      price: priceOf(options.prices, options.model.model),
      nowSeconds: options.nowSeconds ?? (() => performance.now() / 1000),
    };
  } catch (error) {
    if (error instanceof PatternError) {
      return toLlmFailure('CAUSEWAY_LLM_BAD_SETTINGS', `a pattern of private values: ${error.message}`);
    }
    throw error;
  }
}

/** A meter within what the budgets leave, and the way to settle. */
export interface FundedRun {
  readonly kind: 'funded';
  readonly meter: RunMeter;
  /** @returns whether it was recorded; otherwise all that was set aside stays counted */
  settle(): Promise<boolean>;
}

/** Sets aside what the run may use at most. With less than its first turn costs at its dearest it does not begin. */
export async function fundRun(
  options: RunOptions,
  { price, nowSeconds }: RunStart,
  first: { readonly inputTokens: number; readonly outputTokens: number }
): Promise<FundedRun | BudgetRefusal | LlmFailure> {
  const { limits, book, budgets, incident, now } = options;
  const dearest = [highestCost(limits.tokens, 0, price), highestCost(0, limits.tokens, price)];
  const highest = price ? Math.max(...dearest.map((cost) => cost ?? 0)) : null;
  const request = {
    incident,
    atMs: now(),
    most: { tokens: limits.tokens, cost: highest === null ? null : Math.min(highest, limits.cost ?? Infinity) },
    least: {
      tokens: first.inputTokens + first.outputTokens,
      cost: highestCost(first.inputTokens, first.outputTokens, price),
    },
  };
  const reserved = await book.reserve(request, budgets).catch(() => toLlmFailure('CAUSEWAY_LLM_BUDGET_UNKNOWN'));
  if (reserved.kind !== 'granted') {
    return reserved;
  }
  const { tokens, cost } = reserved.granted;
  const meter = new RunMeter({ ...limits, tokens, ...(cost === null ? {} : { cost }) }, price, nowSeconds);
  return {
    kind: 'funded',
    meter,
    settle: () =>
      book.settle(reserved.id, meter.amount).then(
        () => true,
        () => false
      ),
  };
}

/** The record of a run that sent nothing. */
export function unsentRecord(options: RunOptions, start: RunStart | undefined, end: RunEnd): RunRecord {
  const { model, limits } = options;
  return {
    provider: model.provider,
    model: model.model,
    end,
    spend: new RunMeter(limits, start?.price, () => 0).spend,
    sent: null,
    hidden: start?.outgoing.pseudonyms.counts ?? {},
    withheld: start?.outgoing.withheld ?? [],
    calls: [],
    facts: [],
    notes: [],
  };
}

/** What a person should know of how costs were counted. */
export function costNotes(options: RunOptions, spend: RunSpend): readonly string[] {
  const { model, budgets, limits } = options;
  const hasMoneyLimit = [budgets.perIncident?.cost, budgets.perMonth?.cost, limits.cost].some(
    (cost) => cost !== undefined
  );
  return [
    ...(spend.cost === null
      ? [
          `No price is known for ${model.model}: only tokens are counted${hasMoneyLimit ? ', and the limits of money are not applied' : ''}.`,
        ]
      : []),
    ...(spend.usage.estimated
      ? ['The server did not count its tokens believably; they are estimated from the length.']
      : []),
  ];
}

/** The exact first request, without sending anything. */
export function toPayloadPreview(model: LanguageModel, request: TurnRequest): SentPayload {
  return { destination: model.destination, body: model.toBody(request) };
}
