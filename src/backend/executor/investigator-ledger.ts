import { z } from 'zod';
import {
  EXECUTOR_API_VERSION,
  reserveBudgetSchema,
  settleBudgetSchema,
  type BudgetReservation,
  type BudgetUse,
  type IncidentRecord,
  type ReserveBudget,
  type RunbookEntry,
} from '#contracts';
import { BackendError } from '../errors.ts';
import { createExecutorCall, type ExecutorConnection } from './call-executor.ts';

/** What the investigator asks of the executor. Every method throws `BackendError` with a `CAUSEWAY_EXECUTOR_` code. */
export interface InvestigatorLedger {
  findIncident(id: string, signal?: AbortSignal): Promise<IncidentRecord>;
  listRunbooks(signal?: AbortSignal): Promise<readonly RunbookEntry[]>;
  reserveBudget(request: ReserveBudget): Promise<BudgetReservation>;
  settleBudget(id: string, spent: { readonly tokens: number; readonly cost: number | null }): Promise<void>;
  budgetUse(incident: string, signal?: AbortSignal): Promise<BudgetUse>;
}

const texts = z.array(z.string());
const incidentSchema = z.looseObject({
  id: z.string(),
  service: z.string(),
  report: z.looseObject({
    target: z.looseObject({ service: z.string(), symptom: z.string() }),
    window: z.looseObject({ fromMs: z.number(), toMs: z.number() }),
    baseline: z.looseObject({ fromMs: z.number(), toMs: z.number() }),
    hypotheses: z.array(z.unknown()),
    evidence: z.array(z.unknown()),
    proposals: z.array(z.unknown()),
  }),
});
const runbooksSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      name: z.string(),
      version: z.number(),
      title: z.string(),
      risk: z.string(),
      approval: z.string(),
      missingActions: texts,
      parameters: z.array(z.looseObject({ name: z.string(), type: z.string() })),
      steps: z.array(z.looseObject({ action: z.string(), title: z.string() })),
      triggers: texts,
      executions: z.looseObject({ total: z.number(), recovered: z.number() }),
    })
  ),
});
const usedSchema = z.object({ tokens: z.number(), cost: z.number() });
const useSchema = z.object({ month: z.string(), usedInMonth: usedSchema, usedForIncident: usedSchema });
const reservationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('granted'), id: z.string(), granted: settleBudgetSchema }),
  z.object({
    kind: z.literal('refused'),
    by: z.enum(['incident', 'month']),
    unit: z.enum(['tokens', 'cost']),
    limit: z.number(),
    left: z.number(),
  }),
]);

/**
 * The parts of one executor that the investigator needs.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` when the key cannot be used
 */
export function createInvestigatorLedger(
  connection: ExecutorConnection,
  now: () => number = Date.now
): InvestigatorLedger {
  const call = createExecutorCall(connection, now);
  const root = `/${EXECUTOR_API_VERSION}`;
  const budget = `${root}/model-budget`;
  const read = (path: string, signal?: AbortSignal) => call({ method: 'GET', path, intent: 'read', signal });
  return {
    findIncident: async (id, signal) =>
      parse<IncidentRecord>(incidentSchema, await read(`${root}/incidents/${encodeURIComponent(id)}`, signal)),
    listRunbooks: async (signal) =>
      parse<{ items: readonly RunbookEntry[] }>(runbooksSchema, await read(`${root}/runbooks`, signal)).items,
    reserveBudget: async (request) => {
      const body = reserveBudgetSchema.parse(request);
      const answer = await call({ method: 'POST', path: `${budget}/reservations`, intent: 'ledger', body });
      return parse<BudgetReservation>(reservationSchema, answer);
    },
    settleBudget: async (id, spent) => {
      const path = `${budget}/reservations/${encodeURIComponent(id)}/settle`;
      await call({ method: 'POST', path, intent: 'ledger', body: settleBudgetSchema.parse(spent) });
    },
    budgetUse: async (incident, signal) =>
      parse<BudgetUse>(useSchema, await read(`${budget}?incident=${encodeURIComponent(incident)}`, signal)),
  };
}

/** The executor keeps what it was given by the contracts; it is checked here as far as it is used here. */
function parse<T>(schema: z.ZodType, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer has not the form that is expected.');
  }
  return parsed.data as T;
}
