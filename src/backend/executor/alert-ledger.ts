import { z } from 'zod';
import { type AlertRecord, EXECUTOR_API_VERSION, linkAlertSchema } from '#contracts';
import { BackendError } from '../errors.ts';
import { createExecutorCall, type ExecutorConnection } from './call-executor.ts';

/** Alerts that came to the executor by webhook. Every method throws `BackendError` with a `CAUSEWAY_EXECUTOR_` code. */
export interface AlertLedger {
  /** The newest alerts that fire and belong to no incident; a few hundred at most. */
  listWaiting(signal?: AbortSignal): Promise<readonly AlertRecord[]>;
  /** Says to which incident an alert belongs. The first word stays: the answer may name another one. */
  link(id: string, incidentId: string, signal?: AbortSignal): Promise<AlertRecord>;
}

const PAGE = 100;
const MAX_PAGES = 3;

const alertSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  service: z.string().nullable(),
  startsAtMs: z.number(),
  receivedMs: z.number(),
  incidentId: z.string().nullable(),
});
const pageSchema = z.object({ items: z.array(alertSchema), nextCursor: z.string().nullable() });

const ALERTS = `/${EXECUTOR_API_VERSION}/alerts`;

/**
 * The alerts of one executor.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` when the key cannot be used
 */
export function createAlertLedger(connection: ExecutorConnection, now: () => number = Date.now): AlertLedger {
  const call = createExecutorCall(connection, now);
  return {
    listWaiting: async (signal) => {
      const found: AlertRecord[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query: Record<string, string> = { status: 'firing', linked: 'false', limit: String(PAGE) };
        const parameters = new URLSearchParams(cursor === null ? query : { ...query, cursor });
        const path = `${ALERTS}?${parameters.toString()}`;
        const answer = parse(pageSchema, await call({ method: 'GET', path, intent: 'read', signal }));
        found.push(...(answer.items as unknown as AlertRecord[]));
        cursor = answer.nextCursor;
        if (cursor === null) {
          break;
        }
      }
      return found;
    },
    link: async (id, incidentId, signal) => {
      const path = `${ALERTS}/${encodeURIComponent(id)}/incident`;
      const body = linkAlertSchema.parse({ incidentId });
      const answer = await call({ method: 'PUT', path, intent: 'ledger', body, signal });
      return parse(alertSchema, answer) as unknown as AlertRecord;
    },
  };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer is no alert.');
  }
  return parsed.data;
}
