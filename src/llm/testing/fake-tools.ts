import type {
  InvestigationTools,
  QueryLanguage,
  QueryValidator,
  ToolLimits,
  ToolReply,
  ToolRow,
} from '../tools/investigation-tools.ts';

/** One call that reached the fake. */
export interface FakeCall {
  readonly method: keyof InvestigationTools;
  readonly input: unknown;
  readonly limits: ToolLimits;
}

/** Tools in memory: they answer with the rows that were set for a method, and remember what they were asked. */
export class FakeTools implements InvestigationTools {
  readonly calls: FakeCall[] = [];
  private readonly rows: Partial<Record<keyof InvestigationTools, readonly ToolRow[] | Error>>;

  constructor(rows: Partial<Record<keyof InvestigationTools, readonly ToolRow[] | Error>> = {}) {
    this.rows = rows;
  }

  queryMetrics = (input: unknown, limits: ToolLimits) => this.reply('queryMetrics', input, limits);
  searchLogs = (input: unknown, limits: ToolLimits) => this.reply('searchLogs', input, limits);
  searchTraces = (input: unknown, limits: ToolLimits) => this.reply('searchTraces', input, limits);
  readTrace = (input: unknown, limits: ToolLimits) => this.reply('readTrace', input, limits);
  topology = (input: unknown, limits: ToolLimits) => this.reply('topology', input, limits);
  blastRadius = (input: unknown, limits: ToolLimits) => this.reply('blastRadius', input, limits);
  ranking = (limits: ToolLimits) => this.reply('ranking', {}, limits);
  effects = (limits: ToolLimits) => this.reply('effects', {}, limits);
  changes = (input: unknown, limits: ToolLimits) => this.reply('changes', input, limits);
  runbooks = (input: unknown, limits: ToolLimits) => this.reply('runbooks', input, limits);
  similarIncidents = (input: unknown, limits: ToolLimits) => this.reply('similarIncidents', input, limits);

  private async reply(method: keyof InvestigationTools, input: unknown, limits: ToolLimits): Promise<ToolReply> {
    this.calls.push({ method, input, limits });
    const rows = this.rows[method] ?? [];
    if (rows instanceof Error) {
      throw rows;
    }
    return { rows, leftOut: 0 };
  }
}

/** A row of the service `orders-db`. */
export function row(fields: Partial<ToolRow>): ToolRow {
  return { source: 'metric', service: 'orders-db', statement: 'orders-db is busy', ...fields };
}

/** Refuses queries with the word `broken`. */
export const fakeValidator: QueryValidator & { readonly seen: { language: QueryLanguage; query: string }[] } = {
  seen: [],
  validate(language, query) {
    this.seen.push({ language, query });
    return query.includes('broken') ? { ok: false, message: 'unexpected word at 1' } : { ok: true };
  },
};
