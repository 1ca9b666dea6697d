import { estimateTokens } from '../budget/tokens.ts';
import type { ToolAnswer, ToolRequest } from '../language-model/language-model.ts';
import { type PayloadEvidence, toPayloadEvidence } from '../payload.ts';
import type { Outgoing } from '../privacy/outgoing.ts';
import { toDataMessage } from '../prompt.ts';
import type {
  FoundFact,
  InvestigationTools,
  QueryValidator,
  ToolCallRecord,
  ToolReply,
} from './investigation-tools.ts';
import { prepareCall, type ReadyCall, type TimeBounds, ToolInputError } from './tool-catalogue.ts';

/** Bounds of every single call. */
const ROWS_PER_CALL = 20;
const BYTES_PER_CALL = 1_048_576;
const TOKENS_PER_RESULT = 3000;
const STATEMENT_LENGTH = 300;
const SECONDS_PER_CALL = 15;

/** What is left for one call. */
export interface RoomForCall {
  readonly secondsLeft: number;
  /** Tokens that the result may have. */
  readonly tokensLeft: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the desk needs. */
export interface ToolDeskOptions {
  readonly tools: InvestigationTools;
  readonly validator: QueryValidator;
  readonly outgoing: Outgoing;
  readonly bounds: TimeBounds;
  /** Facts get the numbers from here on. */
  readonly firstNumber: number;
  readonly nowSeconds: () => number;
}

/**
 * Where the model's requests are checked, carried out and wrapped: nothing of a request reaches a source unchecked, and nothing
 * of a source reaches the model but as numbered facts with every text cut, pseudonymised and marked as data.
 */
export class ToolDesk {
  readonly facts: FoundFact[] = [];
  readonly shown: PayloadEvidence[] = [];
  readonly calls: ToolCallRecord[] = [];
  private readonly options: ToolDeskOptions;
  private readonly asked = new Map<string, readonly number[]>();
  private readonly statements = new Set<string>();

  constructor(options: ToolDeskOptions) {
    this.options = options;
  }

  /** @returns the answer, and how many facts in it are new; never throws unless the signal aborts */
  async answer(
    request: ToolRequest,
    room: RoomForCall
  ): Promise<{ readonly answer: ToolAnswer; readonly learned: number }> {
    const start = this.options.nowSeconds();
    const record = (fields: Pick<ToolCallRecord, 'outcome' | 'facts'> & Partial<ToolCallRecord>): void => {
      const seconds = Math.max(0, this.options.nowSeconds() - start);
      this.calls.push({ tool: request.name.slice(0, 60), ...fields, seconds });
    };
    let call: ReadyCall;
    try {
      call = this.prepare(request);
    } catch (error) {
      const detail = error instanceof ToolInputError ? error.message : 'Input not valid.';
      record({ outcome: 'refused', facts: [], detail });
      return { answer: this.refusal(request, detail), learned: 0 };
    }
    const asked = { ...pick(call), tool: call.tool };
    const key = JSON.stringify([request.name, request.input]);
    const before = this.asked.get(key);
    if (before) {
      record({ ...asked, outcome: 'repeated', facts: before });
      return {
        answer: this.refusal(request, `Asked before: see evidence ${before.join(', ') || '(none found)'}.`),
        learned: 0,
      };
    }
    try {
      const reply = await this.run(call, room);
      const { text, numbers, learned } = this.wrap(call, reply, room.tokensLeft);
      this.asked.set(key, numbers);
      record({ ...asked, outcome: 'answered', facts: numbers });
      return { answer: { id: request.id, text, failed: false }, learned };
    } catch (error) {
      room.signal?.throwIfAborted();
      const { outgoing } = this.options;
      const reason = outgoing.text(error instanceof Error ? error.message : 'unknown', 'answer of a source', 200);
      record({ ...asked, outcome: 'failed', facts: [], detail: outgoing.pseudonyms.reveal(reason) });
      return { answer: this.refusal(request, `The source did not answer: ${reason}`), learned: 0 };
    }
  }

  /** The answer to a request that there is no room for. */
  refusal(request: ToolRequest, reason: string): ToolAnswer {
    return { id: request.id, text: toDataMessage({ error: reason }), failed: true };
  }

  private prepare(request: ToolRequest): ReadyCall {
    const input = restoreDeep(request.input, (text) => this.options.outgoing.pseudonyms.restore(text));
    const call = prepareCall(request.name, input, this.options.bounds);
    if (call.language !== undefined && call.query !== undefined) {
      const verdict = this.options.validator.validate(call.language, call.query);
      if (!verdict.ok) {
        const message = this.options.outgoing.text(verdict.message, 'message of a parser', 200);
        throw new ToolInputError(`The query is not valid: ${message}`);
      }
    }
    return call;
  }

  private async run(call: ReadyCall, { secondsLeft, signal }: RoomForCall): Promise<ToolReply> {
    const deadline = AbortSignal.timeout(Math.max(1, Math.round(Math.min(SECONDS_PER_CALL, secondsLeft) * 1000)));
    const both = signal ? AbortSignal.any([deadline, signal]) : deadline;
    const late = new Promise<never>((_, reject) => {
      both.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    });
    const limits = { rows: ROWS_PER_CALL, bytes: BYTES_PER_CALL, signal: both };
    return Promise.race([call.run(this.options.tools, limits), late]);
  }

  private wrap(call: ReadyCall, reply: ToolReply, tokensLeft: number) {
    const rows: PayloadEvidence[] = [];
    const numbers: number[] = [];
    let learned = 0;
    let tokens = 0;
    for (const row of reply.rows.slice(0, ROWS_PER_CALL)) {
      const number = this.options.firstNumber + this.facts.length;
      const shown = toPayloadEvidence({ ...row, number }, this.options.outgoing, STATEMENT_LENGTH);
      tokens += estimateTokens(JSON.stringify(shown));
      if (tokens > Math.min(TOKENS_PER_RESULT, tokensLeft)) {
        break;
      }
      const { number: _, ...content } = shown;
      const statement = JSON.stringify(content);
      learned += this.statements.has(statement) ? 0 : 1;
      this.statements.add(statement);
      this.facts.push({ ...row, number, ...pick(call), tool: call.tool });
      this.shown.push(shown);
      rows.push(shown);
      numbers.push(number);
    }
    const leftOut = Math.max(0, reply.leftOut) + reply.rows.length - rows.length;
    const text = toDataMessage({ tool: call.tool, evidence: rows, leftOut });
    return { text, numbers, learned };
  }
}

function pick({ query, language, window }: ReadyCall) {
  return {
    ...(query === undefined ? {} : { query }),
    ...(language === undefined ? {} : { language }),
    ...(window === undefined ? {} : { window }),
  };
}

function restoreDeep(value: unknown, restore: (text: string) => string): unknown {
  if (typeof value === 'string') {
    return restore(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => restoreDeep(item, restore));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restoreDeep(item, restore)]));
  }
  return value;
}
