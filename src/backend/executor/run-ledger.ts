import { z } from 'zod';
import {
  appendRunEventsSchema,
  EXECUTOR_API_VERSION,
  finishRunSchema,
  startRunSchema,
  type FinishRun,
  type Page,
  type RunDetail,
  type RunEvent,
  type RunEventsAnswer,
  type RunRecord,
  type StartRun,
} from '#contracts';
import { BackendError } from '../errors.ts';
import { createExecutorCall, type ExecutorConnection } from './call-executor.ts';

/** Which runs to list. */
export interface RunQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly status?: string | undefined;
  readonly incidentId?: string | undefined;
  readonly service?: string | undefined;
}

/** Where runs are kept: the executor. Every method throws `BackendError` with a `CAUSEWAY_EXECUTOR_` code. */
export interface RunLedger {
  /** The run, or the one of the same fingerprint and start that was there before: then it has another id. */
  start(run: StartRun, signal?: AbortSignal): Promise<RunRecord>;
  /** @returns number of the last stored event */
  append(id: string, events: readonly RunEvent[], signal?: AbortSignal): Promise<number>;
  finish(id: string, end: FinishRun, signal?: AbortSignal): Promise<RunRecord>;
  find(id: string, signal?: AbortSignal): Promise<RunDetail>;
  list(query: RunQuery, signal?: AbortSignal): Promise<Page<RunRecord>>;
  events(id: string, after: number, signal?: AbortSignal): Promise<RunEventsAnswer>;
}

const runSchema = z.looseObject({
  id: z.string(),
  fingerprint: z.string(),
  startsAtMs: z.number(),
  request: z.looseObject({ service: z.string() }),
  status: z.enum(['running', 'finished', 'failed', 'cancelled']),
  lastSeq: z.number(),
  revision: z.number(),
});
const detailSchema = runSchema.extend({ feedback: z.array(z.unknown()) });
const pageSchema = z.object({ items: z.array(runSchema), nextCursor: z.string().nullable() });
const eventsSchema = z.object({
  run: runSchema,
  events: z.array(z.looseObject({ seq: z.number(), type: z.string() })),
  more: z.boolean(),
});
const appendedSchema = z.object({ lastSeq: z.number() });

const RUNS = `/${EXECUTOR_API_VERSION}/runs`;

/**
 * The runs of one executor.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` when the key cannot be used
 */
export function createRunLedger(connection: ExecutorConnection, now: () => number = Date.now): RunLedger {
  const call = createExecutorCall(connection, now);
  const pathOf = (id: string): string => `${RUNS}/${encodeURIComponent(id)}`;
  const write = (path: string, body: object, signal?: AbortSignal) =>
    call({ method: 'POST', path, intent: 'ledger', body, signal });
  const read = (path: string, signal?: AbortSignal) => call({ method: 'GET', path, intent: 'read', signal });
  return {
    start: async (run, signal) => parse<RunRecord>(runSchema, await write(RUNS, startRunSchema.parse(run), signal)),
    append: async (id, events, signal) => {
      const body = appendRunEventsSchema.parse({ events });
      return parse<{ lastSeq: number }>(appendedSchema, await write(`${pathOf(id)}/events`, body, signal)).lastSeq;
    },
    finish: async (id, end, signal) =>
      parse<RunRecord>(runSchema, await write(`${pathOf(id)}/finish`, finishRunSchema.parse(end), signal)),
    find: async (id, signal) => parse<RunDetail>(detailSchema, await read(pathOf(id), signal)),
    list: async (query, signal) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) {
          parameters.set(name, String(value));
        }
      }
      return parse<Page<RunRecord>>(pageSchema, await read(`${RUNS}?${parameters}`, signal));
    },
    events: async (id, after, signal) =>
      parse<RunEventsAnswer>(eventsSchema, await read(`${pathOf(id)}/events?after=${after}&limit=200`, signal)),
  };
}

/** The executor keeps what it was given by these contracts; what is read here is checked as far as it is used here. */
function parse<T>(schema: z.ZodType, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer is no investigation.');
  }
  return parsed.data as T;
}
