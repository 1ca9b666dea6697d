import { z } from 'zod';
import {
  ANOMALY_LABELS,
  EXECUTOR_API_VERSION,
  openIncidentSchema,
  proposePlanSchema,
  proposeRunbookSchema,
  leaseRequestSchema,
  updateReportSchema,
  type AnomalyLabelRecord,
  type ExecutionRecord,
  type IncidentRecord,
  type LeaseAnswer,
  type LeaseRequest,
  type OpenIncident,
  type Page,
  type PlanRecord,
  type ProposalsAnswer,
  type ProposePlan,
  type RunbookProposal,
} from '#contracts';
import type { RcaReport, TimeWindow } from '#model';
import { BackendError } from '../errors.ts';
import { createExecutorCall, type ExecutorConnection } from './call-executor.ts';

export { ExecutorRefusal } from './call-executor.ts';

/** Calls of the backend to the executor's ledger. Every method throws `BackendError` with a `CAUSEWAY_EXECUTOR_` code. */
export interface ExecutorClient {
  /** Whether the executor answers at all. */
  ping(signal?: AbortSignal): Promise<void>;
  listOpenIncidents(signal?: AbortSignal): Promise<readonly IncidentRecord[]>;
  /** The newest incidents that are over. */
  listResolvedIncidents(signal?: AbortSignal): Promise<readonly IncidentRecord[]>;
  openIncident(incident: OpenIncident, signal?: AbortSignal): Promise<IncidentRecord>;
  updateReport(id: string, report: RcaReport, signal?: AbortSignal): Promise<IncidentRecord>;
  listPlans(incidentId: string, signal?: AbortSignal): Promise<readonly PlanRecord[]>;
  proposePlan(plan: ProposePlan, signal?: AbortSignal): Promise<PlanRecord>;
  /** Runbooks that fit an incident. */
  listSuggestions(incidentId: string, signal?: AbortSignal): Promise<ProposalsAnswer>;
  proposeRunbook(proposal: RunbookProposal, signal?: AbortSignal): Promise<PlanRecord>;
  listExecutions(incidentId: string, signal?: AbortSignal): Promise<readonly ExecutionRecord[]>;
  /** Takes or renews a lease, or is told who has it. */
  putLease(name: string, request: LeaseRequest, signal?: AbortSignal): Promise<LeaseAnswer>;
  /** What persons said about anomalies that overlap a range. */
  listLabels(range: TimeWindow, signal?: AbortSignal): Promise<readonly AnomalyLabelRecord[]>;
}

const MAX_PAGES = 20;

const pageSchema = z.object({ items: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
const incidentSchema = z.looseObject({
  id: z.string(),
  service: z.string(),
  fingerprint: z.string(),
  detectedMs: z.number(),
  onsetMs: z.number(),
  report: z.looseObject({ hypotheses: z.array(z.unknown()), victims: z.array(z.unknown()) }),
});
const recordSchema = z.looseObject({ id: z.string() });
const suggestionsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      runbook: z.looseObject({ name: z.string(), version: z.number() }),
      parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      missing: z.array(z.unknown()),
      why: z.array(z.string()),
      risk: z.number().nullable(),
      decision: z.looseObject({ confidence: z.number(), source: z.string() }),
    })
  ),
});
const leaseSchema = z.object({
  name: z.string(),
  holder: z.string(),
  held: z.boolean(),
  expiresMs: z.number(),
  token: z.number(),
});
const labelsSchema = z.array(
  z.object({
    id: z.string(),
    service: z.string(),
    signalId: z.string().nullable(),
    label: z.enum(ANOMALY_LABELS),
    fromMs: z.number(),
    toMs: z.number(),
    comment: z.string(),
    author: z.string(),
    createdMs: z.number(),
  })
);

/**
 * A client of one executor.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` when the key cannot be used
 */
export function createExecutorClient(connection: ExecutorConnection, now: () => number = Date.now): ExecutorClient {
  const call = createExecutorCall(connection, now);

  const list = async <Item>(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal) => {
    const items: Item[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const parameters: string = new URLSearchParams({ ...query, ...(cursor === null ? {} : { cursor }) }).toString();
      const answer: unknown = await call({ method: 'GET', path: `${path}?${parameters}`, intent: 'read', signal });
      const parsed = parsePage<Item>(answer);
      items.push(...parsed.items);
      cursor = parsed.nextCursor;
      if (cursor === null) {
        break;
      }
    }
    return items;
  };

  const incidents = `/${EXECUTOR_API_VERSION}/incidents`;
  const plans = `/${EXECUTOR_API_VERSION}/plans`;
  const listIncidents = async (status: IncidentRecord['status'], signal?: AbortSignal) => {
    const found = await list<IncidentRecord>(incidents, { status }, signal);
    if (!z.array(incidentSchema).safeParse(found).success) {
      throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'An incident of the executor has no usable report.');
    }
    return found;
  };
  return {
    ping: async (signal) => {
      await call({ method: 'GET', path: `${incidents}?status=open`, intent: 'read', signal });
    },
    listOpenIncidents: (signal) => listIncidents('open', signal),
    listResolvedIncidents: (signal) => listIncidents('resolved', signal),
    openIncident: async (incident, signal) => {
      const body = openIncidentSchema.parse(incident);
      return parseRecord<IncidentRecord>(
        await call({ method: 'POST', path: incidents, intent: 'ledger', body, signal })
      );
    },
    updateReport: async (id, report, signal) => {
      const path = `${incidents}/${encodeURIComponent(id)}/report`;
      const body = updateReportSchema.parse({ report });
      return parseRecord<IncidentRecord>(await call({ method: 'PUT', path, intent: 'ledger', body, signal }));
    },
    listPlans: (incidentId, signal) => list<PlanRecord>(plans, { incidentId }, signal),
    proposePlan: async (plan, signal) => {
      const body = proposePlanSchema.parse(plan);
      return parseRecord<PlanRecord>(await call({ method: 'POST', path: plans, intent: 'propose', body, signal }));
    },
    listSuggestions: async (incidentId, signal) => {
      const path = `${incidents}/${encodeURIComponent(incidentId)}/proposals`;
      const parsed = suggestionsSchema.safeParse(await call({ method: 'GET', path, intent: 'read', signal }));
      if (!parsed.success) {
        throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer is no list of proposals.');
      }
      return parsed.data as unknown as ProposalsAnswer;
    },
    proposeRunbook: async (proposal, signal) => {
      const body = proposeRunbookSchema.parse(proposal);
      return parseRecord<PlanRecord>(await call({ method: 'POST', path: plans, intent: 'propose', body, signal }));
    },
    listExecutions: (incidentId, signal) =>
      list<ExecutionRecord>(`/${EXECUTOR_API_VERSION}/executions`, { incidentId }, signal),
    putLease: async (name, request, signal) => {
      const path = `/${EXECUTOR_API_VERSION}/leases/${encodeURIComponent(name)}`;
      const body = leaseRequestSchema.parse(request);
      const parsed = leaseSchema.safeParse(await call({ method: 'PUT', path, intent: 'ledger', body, signal }));
      if (!parsed.success) {
        throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer is not a lease.');
      }
      return parsed.data;
    },
    listLabels: async ({ fromMs, toMs }, signal) => {
      const range = { from: String(Math.max(0, Math.floor(fromMs))), to: String(Math.max(0, Math.ceil(toMs))) };
      const found = labelsSchema.safeParse(await list<unknown>(`/${EXECUTOR_API_VERSION}/labels`, range, signal));
      if (!found.success) {
        throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'A label of the executor is not usable.');
      }
      return found.data;
    },
  };
}

function parseRecord<Item>(value: unknown): Item {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer has no id.');
  }
  return parsed.data as unknown as Item;
}

function parsePage<Item>(value: unknown): Page<Item> {
  const parsed = pageSchema.safeParse(value);
  if (!parsed.success) {
    throw new BackendError('CAUSEWAY_EXECUTOR_BAD_REPLY', 'The executor’s answer is not a list.');
  }
  return parsed.data as unknown as Page<Item>;
}
