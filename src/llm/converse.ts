import type { BudgetRefusal } from './budget/budget-book.ts';
import { estimateTokens } from './budget/tokens.ts';
import type { RunMeter } from './budget/run-meter.ts';
import { type LlmFailure, toLlmFailure } from './errors.ts';
import type {
  ToolRequest,
  TurnAnswer,
  TurnFailure,
  TurnMessage,
  TurnRequest,
} from './language-model/language-model.ts';
import { correction, FINISH } from './prompt.ts';
import type { Rejection } from './report/written-report.ts';
import {
  costNotes,
  fundRun,
  type RunEnd,
  type RunOptions,
  type RunRecord,
  type RunStart,
  toPayloadPreview,
  unsentRecord,
} from './run.ts';
import type { ToolDesk } from './tools/tool-desk.ts';
import { TOOL_DECLARATIONS } from './tools/tool-catalogue.ts';

/** A conversation to be had. */
export interface ConversationPlan<Result> {
  readonly system: string;
  readonly opening: string;
  /** Missing: no tools. */
  readonly desk?: ToolDesk;
  readonly maxOutputTokens: number;
  /** Reads and checks the final text. */
  readonly read: (text: string) => Result | Rejection;
}

/** How a conversation ended. */
export type ConversationEnd<Result> = (
  { readonly kind: 'read'; readonly result: Result } | Rejection | BudgetRefusal | LlmFailure
) & { readonly run: RunRecord };

/** Rounds of tool calls without a new fact after which it is time to answer. */
const BARREN_ROUNDS = 2;
/** Share of the time that is kept for the answer. */
const ANSWER_SHARE = 0.3;
/** Most tokens of the tool results of one round: so much more the next turn has to read. */
const ROUND_TOKENS = 8000;
const MAX_CALLS_PER_TURN = 6;

/** The first request of a plan. */
export function firstRequest(plan: Omit<ConversationPlan<unknown>, 'read'>): TurnRequest {
  return {
    system: plan.system,
    messages: [{ role: 'user', text: plan.opening, toolAnswers: [] }],
    tools: plan.desk ? TOOL_DECLARATIONS : [],
    mayUseTools: plan.desk !== undefined,
    maxOutputTokens: plan.maxOutputTokens,
  };
}

/**
 * Has a conversation within its limits: tool rounds while they bring something new and there is room for an answer behind them,
 * then the answer, once corrected where it cannot be read. Never throws; every end says what was used.
 */
export async function converse<Result>(
  options: RunOptions,
  start: RunStart,
  plan: ConversationPlan<Result>
): Promise<ConversationEnd<Result>> {
  const first = firstRequest(plan);
  const funded = await fundRun(options, start, sizeOf(options, first));
  if (funded.kind !== 'funded') {
    return { ...funded, run: unsentRecord(options, start, 'budget') };
  }
  const end = await new Conversation(options, start, plan, funded.meter).run();
  if (await funded.settle()) {
    return end;
  }
  const note = 'What was used could not be recorded; all that was set aside counts as used.';
  return { ...end, run: { ...end.run, notes: [...end.run.notes, note] } };
}

class Conversation<Result> {
  private readonly options: RunOptions;
  private readonly start: RunStart;
  private readonly plan: ConversationPlan<Result>;
  private readonly meter: RunMeter;
  private readonly messages: TurnMessage[];
  private sent: TurnRequest | undefined;
  private model: string;
  private barren = 0;
  private isCorrected = false;
  private end: RunEnd = 'answered';
  private turn = 0;

  constructor(options: RunOptions, start: RunStart, plan: ConversationPlan<Result>, meter: RunMeter) {
    this.options = options;
    this.start = start;
    this.plan = plan;
    this.meter = meter;
    this.model = options.model.model;
    this.messages = [...firstRequest(plan).messages];
  }

  async run(): Promise<ConversationEnd<Result>> {
    for (;;) {
      const request = this.nextRequest();
      const lacking = this.meter.lacks([this.size(request)]);
      if (lacking) {
        this.end = this.lastRejection ? this.end : lacking;
        const noRoom: Rejection = {
          kind: 'rejected',
          reason: 'no-room',
          detail: `No room for another turn: ${lacking}.`,
        };
        return this.finish(this.lastRejection ?? noRoom);
      }
      const answer = await this.take(request);
      if (answer.kind === 'failed') {
        this.end = 'failed';
        return this.finish(toPlainFailure(answer));
      }
      if (request.mayUseTools && answer.toolRequests.length > 0 && answer.stop !== 'refused') {
        if (!(await this.useTools(answer))) {
          this.end = 'failed';
          return this.finish(toLlmFailure('CAUSEWAY_LLM_CANCELLED'));
        }
        continue;
      }
      const outcome = this.read(answer);
      if (outcome) {
        return this.finish(outcome);
      }
    }
  }

  private lastRejection: Rejection | undefined;

  /** The next turn: with tools while that makes sense, otherwise for the answer. */
  private nextRequest(): TurnRequest {
    const explore = { ...firstRequest(this.plan), messages: this.covered() };
    if (!this.plan.desk || this.isCorrected) {
      return { ...explore, mayUseTools: false };
    }
    const why = this.whyFinish(explore);
    if (!why) {
      return explore;
    }
    this.end = why;
    return { ...explore, messages: withText(this.covered(), FINISH), mayUseTools: false };
  }

  private whyFinish(explore: TurnRequest): RunEnd | undefined {
    if (this.barren >= BARREN_ROUNDS) {
      return 'nothing-new';
    }
    if (this.meter.toolCallsLeft <= 0) {
      return 'tool-calls';
    }
    if (this.meter.secondsLeft < this.options.limits.seconds * ANSWER_SHARE) {
      return 'seconds';
    }
    const size = this.size(explore);
    const answer = { ...size, inputTokens: size.inputTokens + size.outputTokens + ROUND_TOKENS };
    return this.meter.lacks([size, answer]);
  }

  private async take(request: TurnRequest): Promise<TurnAnswer | TurnFailure> {
    this.turn += 1;
    this.sent = request;
    this.options.onEvent?.({ type: 'turn', turn: this.turn, mayUseTools: request.mayUseTools });
    if (this.turn === 1) {
      const { pseudonyms, withheld } = this.start.outgoing;
      const sent = toPayloadPreview(this.options.model, request);
      this.options.onEvent?.({ type: 'sent', sent, hidden: { ...pseudonyms.counts }, withheld });
    }
    let characters = 0;
    const keep = request.mayUseTools ? this.options.limits.seconds * (ANSWER_SHARE / 2) : 0;
    const answer = await this.options.model.takeTurn(request, {
      timeoutSeconds: Math.max(0.001, this.meter.secondsLeft - keep),
      maxTokens: this.meter.tokensLeft,
      signal: this.options.signal,
      onText: (part) => {
        characters += part.length;
        this.options.onEvent?.({ type: 'writing', characters });
      },
    });
    this.meter.countTurn(answer.usage);
    this.options.onEvent?.({ type: 'spend', spend: this.meter.spend });
    this.model = answer.kind === 'answered' && answer.model !== '' ? answer.model.slice(0, 200) : this.model;
    return answer;
  }

  /** @returns false when the caller cancelled */
  private async useTools(answer: TurnAnswer): Promise<boolean> {
    const { desk } = this.plan;
    const requests = withOwnIds(answer.toolRequests, `call_${this.turn}`);
    this.messages.push({ role: 'model', text: answer.text, toolRequests: requests });
    const toolAnswers = [];
    let learned = 0;
    let tokensLeft = ROUND_TOKENS;
    for (const [at, request] of requests.entries()) {
      if (!desk) {
        break;
      }
      if (at >= MAX_CALLS_PER_TURN || this.meter.toolCallsLeft <= 0) {
        toolAnswers.push(desk.refusal(request, 'The limit of calls is reached.'));
        continue;
      }
      this.meter.countToolCall();
      try {
        const result = await desk.answer(request, {
          secondsLeft: this.meter.secondsLeft,
          tokensLeft,
          signal: this.options.signal,
        });
        tokensLeft -= estimateTokens(result.answer.text);
        learned += result.learned;
        toolAnswers.push(result.answer);
      } catch {
        return false;
      }
      const call = desk.calls.at(-1);
      if (call) {
        this.options.onEvent?.({ type: 'tool', call });
      }
    }
    this.barren = learned > 0 ? 0 : this.barren + 1;
    this.messages.push({ role: 'user', text: '', toolAnswers });
    return true;
  }

  /** The outcome of a final text; undefined when the model is asked once more. */
  private read(answer: TurnAnswer): { readonly kind: 'read'; readonly result: Result } | Rejection | undefined {
    const rejection = stopOf(answer) ?? this.plan.read(answer.text);
    if (!isRejection(rejection)) {
      return { kind: 'read', result: rejection };
    }
    if (rejection.reason === 'refused' || this.isCorrected) {
      return rejection;
    }
    this.isCorrected = true;
    this.lastRejection = rejection;
    // Requests without an answer may not stay in a conversation.
    const text = answer.text.trim() === '' ? '(no text)' : answer.text;
    this.messages.push({ role: 'model', text, toolRequests: [] });
    this.messages.push({ role: 'user', text: correction(rejection.reason), toolAnswers: [] });
    return undefined;
  }

  /** What was said before, with what has become known as private since. */
  private covered(): readonly TurnMessage[] {
    const { pseudonyms } = this.start.outgoing;
    return this.messages.map((message) =>
      message.role === 'model'
        ? message
        : {
            ...message,
            text: pseudonyms.cover(message.text),
            toolAnswers: message.toolAnswers.map((answer) => ({ ...answer, text: pseudonyms.cover(answer.text) })),
          }
    );
  }

  private size(request: TurnRequest) {
    return sizeOf(this.options, request);
  }

  private finish<Outcome extends object>(outcome: Outcome): Outcome & { readonly run: RunRecord } {
    const { options, start, plan } = this;
    const { spend } = this.meter;
    const run: RunRecord = {
      provider: options.model.provider,
      model: this.model,
      end: this.end,
      spend,
      sent: this.sent ? toPayloadPreview(options.model, this.sent) : null,
      hidden: start.outgoing.pseudonyms.counts,
      withheld: start.outgoing.withheld,
      calls: plan.desk?.calls ?? [],
      facts: plan.desk?.facts ?? [],
      notes: costNotes(options, spend),
    };
    return { ...outcome, run };
  }
}

/** Requests without an id, or with one that another has, could not be told apart in the answer. */
function withOwnIds(requests: readonly ToolRequest[], prefix: string): readonly ToolRequest[] {
  const ids = requests.map(({ id }) => id);
  return requests.map((request, at) =>
    request.id === '' || ids.indexOf(request.id) < at ? { ...request, id: `${prefix}_${at}` } : request
  );
}

function sizeOf({ model }: RunOptions, request: TurnRequest) {
  return { inputTokens: estimateTokens(JSON.stringify(model.toBody(request))), outputTokens: request.maxOutputTokens };
}

function stopOf(answer: TurnAnswer): Rejection | undefined {
  if (answer.stop === 'refused') {
    return { kind: 'rejected', reason: 'refused', detail: 'The model refused to answer.' };
  }
  if (answer.toolRequests.length > 0) {
    return { kind: 'rejected', reason: 'kept-asking', detail: 'The model asked for tools instead of answering.' };
  }
  return answer.stop === 'end'
    ? undefined
    : { kind: 'rejected', reason: 'truncated', detail: `The answer ended with ${answer.stop}.` };
}

function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'rejected';
}

function withText(messages: readonly TurnMessage[], text: string): readonly TurnMessage[] {
  const last = messages.at(-1);
  return last?.role === 'user'
    ? [...messages.slice(0, -1), { ...last, text: [last.text, text].filter(Boolean).join('\n\n') }]
    : messages;
}

function toPlainFailure({ code, message, remedy }: TurnFailure): LlmFailure {
  return { kind: 'failed', code, message, remedy };
}
