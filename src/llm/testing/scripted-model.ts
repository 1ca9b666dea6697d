import {
  type LanguageModel,
  NO_USAGE,
  type ToolRequest,
  type TurnAnswer,
  type TurnFailure,
  type TurnOptions,
  type TurnRequest,
} from '../language-model/language-model.ts';

/** What the scripted model does in a turn. */
export type ScriptedTurn = Partial<Pick<TurnAnswer, 'text' | 'toolRequests' | 'stop' | 'usage'>> | TurnFailure;

/** A model in memory that follows a script and remembers what it was sent. */
export class ScriptedModel implements LanguageModel {
  readonly provider = 'messages-api';
  readonly model = 'scripted';
  readonly destination = 'memory:';
  readonly requests: TurnRequest[] = [];
  readonly options: TurnOptions[] = [];
  private readonly script: (request: TurnRequest, turn: number) => ScriptedTurn;

  constructor(script: readonly ScriptedTurn[] | ((request: TurnRequest, turn: number) => ScriptedTurn)) {
    this.script = typeof script === 'function' ? script : (_, turn) => script[Math.min(turn, script.length) - 1] ?? {};
  }

  toBody(request: TurnRequest): object {
    return { ...request };
  }

  async takeTurn(request: TurnRequest, options: TurnOptions): Promise<TurnAnswer | TurnFailure> {
    this.requests.push(request);
    this.options.push(options);
    const turn = this.script(request, this.requests.length);
    if ('kind' in turn) {
      return turn;
    }
    const toolRequests = turn.toolRequests ?? [];
    const usage = { ...NO_USAGE, inputTokens: 1000, outputTokens: 100 };
    const stop = toolRequests.length > 0 ? ('tools' as const) : ('end' as const);
    return { kind: 'answered', text: '', toolRequests, stop, model: 'scripted-1', usage, ...turn };
  }
}

/** A request for a tool. */
export function ask(name: string, input: unknown, id = 'call_1'): ToolRequest {
  return { id, name, input };
}
