import { z } from 'zod';
import type { TimeWindow } from '#model';
import type { ToolDeclaration } from '../language-model/language-model.ts';
import type { InvestigationTools, QueryLanguage, ToolLimits, ToolReply } from './investigation-tools.ts';

/** A call that was checked and can be made. */
export interface ReadyCall {
  readonly tool: string;
  readonly query?: string;
  readonly language?: QueryLanguage;
  readonly window?: TimeWindow;
  run(tools: InvestigationTools, limits: ToolLimits): Promise<ToolReply>;
}

/** The times that may be asked about. */
export interface TimeBounds {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Input that cannot be used; `message` is for the model. */
export class ToolInputError extends Error {
  override readonly name = 'ToolInputError';
}

interface Tool {
  readonly description: string;
  readonly input: z.ZodType;
  prepare(input: unknown, bounds: TimeBounds): Omit<ReadyCall, 'tool'>;
}

const HOUR_MS = 3_600_000;
const MAX_RANGE_MS = { promql: 24 * HOUR_MS, logql: 6 * HOUR_MS, traceql: 6 * HOUR_MS, changes: 7 * 24 * HOUR_MS };

const query = (language: string) => z.string().trim().min(1).max(2000).describe(`One query in ${language}.`);
const time = z.string().min(10).max(40).describe('Time in ISO 8601, UTC, such as 2026-03-01T10:15:00Z.');
const service = z.string().trim().min(1).max(253).describe('Name of a service, as in the report.');
const words = z.string().trim().min(1).max(200).describe('Words to look for.');

function tool<Input extends z.ZodType>(
  description: string,
  input: Input,
  prepare: (input: z.infer<Input>, bounds: TimeBounds) => Omit<ReadyCall, 'tool'>
): Tool {
  return { description, input, prepare: (given, bounds) => prepare(read(input, given), bounds) };
}

const TOOLS: Readonly<Record<string, Tool>> = {
  query_metrics: tool(
    'Runs a PromQL query over a time range of at most 24 h and returns the most telling series in short.',
    z.object({
      query: query('PromQL'),
      from: time,
      to: time,
      step_seconds: z.number().int().min(5).max(3600).optional(),
    }),
    ({ query: text, step_seconds: stepSeconds, ...range }, bounds) => {
      const window = toWindow(range, bounds, MAX_RANGE_MS.promql);
      const step = stepSeconds === undefined ? {} : { stepSeconds };
      const run: ReadyCall['run'] = (tools, limits) => tools.queryMetrics({ query: text, window, ...step }, limits);
      return { query: text, language: 'promql', window, run };
    }
  ),
  search_logs: tool(
    'Runs a LogQL query over a time range of at most 6 h and returns the most telling lines or counts.',
    z.object({ query: query('LogQL'), from: time, to: time }),
    ({ query: text, ...range }, bounds) => {
      const window = toWindow(range, bounds, MAX_RANGE_MS.logql);
      return {
        query: text,
        language: 'logql',
        window,
        run: (tools, limits) => tools.searchLogs({ query: text, window }, limits),
      };
    }
  ),
  search_traces: tool(
    'Runs a TraceQL query over a time range of at most 6 h and returns traces with their ids.',
    z.object({ query: query('TraceQL'), from: time, to: time }),
    ({ query: text, ...range }, bounds) => {
      const window = toWindow(range, bounds, MAX_RANGE_MS.traceql);
      return {
        query: text,
        language: 'traceql',
        window,
        run: (tools, limits) => tools.searchTraces({ query: text, window }, limits),
      };
    }
  ),
  read_trace: tool(
    'Reads one trace by its id: the critical path and where the time went.',
    z.object({ trace_id: z.string().regex(/^[0-9a-f]{16,32}$/i) }),
    ({ trace_id: traceId }) => ({ run: (tools, limits) => tools.readTrace({ traceId }, limits) })
  ),
  read_topology: tool('Callers and callees of a service.', z.object({ service }), (input) => ({
    run: (tools, limits) => tools.topology(input, limits),
  })),
  read_blast_radius: tool('Services that suffer when this one fails.', z.object({ service }), (input) => ({
    run: (tools, limits) => tools.blastRadius(input, limits),
  })),
  read_ranking: tool('The ranked causes of this incident with the parts of their scores.', z.object({}), () => ({
    run: (tools, limits) => tools.ranking(limits),
  })),
  read_effects: tool('The estimated effect of each possible cause on the symptom.', z.object({}), () => ({
    run: (tools, limits) => tools.effects(limits),
  })),
  list_changes: tool(
    'Deployments, configuration and other changes in a time range of at most 7 days.',
    z.object({ from: time, to: time, service: service.optional() }),
    ({ service: name, ...range }, bounds) => {
      const window = toWindow(range, bounds, MAX_RANGE_MS.changes);
      const input = { window, ...(name === undefined ? {} : { service: name }) };
      return { window, run: (tools, limits) => tools.changes(input, limits) };
    }
  ),
  list_runbooks: tool(
    'Runbooks of the catalogue, by service or words.',
    z.object({ service: service.optional(), text: words.optional() }),
    (input) => ({ run: (tools, limits) => tools.runbooks(withoutUndefined(input), limits) })
  ),
  find_similar_incidents: tool(
    'Past incidents that were like this one, with what was found and what helped.',
    z.object({ text: words.optional() }),
    (input) => ({ run: (tools, limits) => tools.similarIncidents(withoutUndefined(input), limits) })
  ),
};

/** All tools as the model is told of them. */
export const TOOL_DECLARATIONS: readonly ToolDeclaration[] = Object.entries(TOOLS).map(
  ([name, { description, input }]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(input);
    return { name, description, inputSchema: { ...schema, type: 'object' } };
  }
);

/**
 * Checks the input of a call.
 * @throws ToolInputError, with a message that holds nothing of the telemetry
 */
export function prepareCall(name: string, input: unknown, bounds: TimeBounds): ReadyCall {
  const found = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (!found) {
    throw new ToolInputError(`There is no such tool. The tools are ${Object.keys(TOOLS).join(', ')}.`);
  }
  return { tool: name, ...found.prepare(input, bounds) };
}

function read<Input extends z.ZodType>(schema: Input, given: unknown): z.infer<Input> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ToolInputError(`Input ${issue?.path.join('.') || 'as a whole'}: ${issue?.message ?? 'not valid'}`);
  }
  return parsed.data;
}

function toWindow(
  range: { readonly from: string; readonly to: string },
  bounds: TimeBounds,
  maxRangeMs: number
): TimeWindow {
  const fromMs = Date.parse(range.from);
  const toMs = Date.parse(range.to);
  if (!(fromMs < toMs)) {
    throw new ToolInputError('"from" and "to" must be times in ISO 8601, "from" before "to".');
  }
  if (fromMs < bounds.fromMs || toMs > bounds.toMs) {
    const allowed = `${new Date(bounds.fromMs).toISOString()} to ${new Date(bounds.toMs).toISOString()}`;
    throw new ToolInputError(`Only times from ${allowed} can be asked about.`);
  }
  if (toMs - fromMs > maxRangeMs) {
    throw new ToolInputError(`The range is longer than ${maxRangeMs / HOUR_MS} h.`);
  }
  return { fromMs, toMs };
}

function withoutUndefined<T extends object>(input: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
