import {
  type ActionCatalogueEntry,
  type AlertRecord,
  type AnomalyLabel,
  type AnomalyLabelRecord,
  type AuditEntry,
  type AuditVerification,
  type ChallengeAnswer,
  EXECUTOR_API_VERSION,
  type ExecutionRecord,
  type IncidentRecord,
  type Maintenance,
  type NotificationRecord,
  type Page,
  type PlanDecision,
  type PlanRecord,
  type ProposalsAnswer,
  type ProposePlan,
  type RunFeedback,
  type RunFeedbackRecord,
  type RunbookProposal,
  type RunbooksAnswer,
} from '#contracts';
import { APP_PLUGIN_ID, type TimeWindow } from '#model';
import type { Problem } from '#ui';
import { ApiError, APP_ERRORS, isCancelled } from '../errors.ts';
import { HttpFailure, type HttpPort, requestJson } from './http.ts';

/** The freeze switch. While `frozen`, nothing is approved and no effect is started. */
export interface FreezeState {
  readonly frozen: boolean;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
}

/** What a list of plans is narrowed to. `limit` is at most 100; 20 when missing. */
export interface PlanFilter {
  readonly incidentId?: string;
  readonly status?: PlanRecord['approval']['status'];
  readonly limit?: number;
}

/** What a list of incidents is narrowed to; what is missing narrows nothing. `q` looks in id, service, cause, assignee. */
export interface IncidentFilter {
  readonly status?: IncidentRecord['status'] | undefined;
  readonly q?: string | undefined;
  readonly origin?: IncidentRecord['origin'] | undefined;
  readonly assignee?: string | undefined;
}

/** What the pages ask of the executor. Every call rejects with `ApiError`, or with an AbortError when cancelled. */
export interface ExecutorClient {
  /** Incidents, newest first; the first page. */
  incidents(status: 'open' | 'resolved' | undefined, signal?: AbortSignal): Promise<readonly IncidentRecord[]>;
  incident(id: string, signal?: AbortSignal): Promise<IncidentRecord>;
  /** Gives an incident to a person; null to nobody. */
  assign(incidentId: string, assignee: string | null): Promise<IncidentRecord>;
  /** Says that an incident is over, and why. */
  resolve(incidentId: string, reason: string): Promise<IncidentRecord>;
  /** What a person says about a run, or a part of it. */
  addFeedback(runId: string, feedback: RunFeedback): Promise<RunFeedbackRecord>;
  /** Incidents, newest first, a page at a time. */
  incidentsPage(
    filter: IncidentFilter,
    cursor: string | undefined,
    signal?: AbortSignal
  ): Promise<Page<IncidentRecord>>;
  /** Alerts of an incident, newest first; the first page. */
  alerts(incidentId: string, signal?: AbortSignal): Promise<Page<AlertRecord>>;
  /** Plans, newest first; the first page. */
  plans(filter: PlanFilter, signal?: AbortSignal): Promise<readonly PlanRecord[]>;
  plan(id: string, signal?: AbortSignal): Promise<PlanRecord>;
  propose(plan: ProposePlan | RunbookProposal): Promise<PlanRecord>;
  challenge(planId: string): Promise<ChallengeAnswer>;
  decide(planId: string, decision: PlanDecision): Promise<PlanRecord>;
  executions(incidentId: string | undefined, signal?: AbortSignal): Promise<readonly ExecutionRecord[]>;
  executionsPage(cursor: string | undefined, signal?: AbortSignal): Promise<Page<ExecutionRecord>>;
  cancelExecution(id: string): Promise<ExecutionRecord>;
  /** Somebody has looked at what an execution left behind: its targets may be acted on again. */
  releaseTargets(id: string, comment: string): Promise<ExecutionRecord>;
  /** A person did what a manual step asks for. */
  confirmStep(id: string, stepId: string, comment: string): Promise<ExecutionRecord>;
  runbooks(signal?: AbortSignal): Promise<RunbooksAnswer>;
  proposals(incidentId: string, signal?: AbortSignal): Promise<ProposalsAnswer>;
  freeze(signal?: AbortSignal): Promise<FreezeState>;
  setFreeze(change: Pick<FreezeState, 'frozen' | 'reason'>): Promise<FreezeState>;
  maintenance(signal?: AbortSignal): Promise<Maintenance>;
  setMaintenance(windows: Maintenance): Promise<Maintenance>;
  notifications(cursor: string | undefined, signal?: AbortSignal): Promise<Page<NotificationRecord>>;
  audit(after: string | undefined, signal?: AbortSignal): Promise<Page<AuditEntry>>;
  verifyAudit(signal?: AbortSignal): Promise<AuditVerification>;
  actions(signal?: AbortSignal): Promise<readonly ActionCatalogueEntry[]>;
  /** Labels that overlap the window, newest first; the first page. */
  labels(window: TimeWindow, signal?: AbortSignal): Promise<Page<AnomalyLabelRecord>>;
  addLabel(label: AnomalyLabel): Promise<AnomalyLabelRecord>;
  withdrawLabel(labelId: string): Promise<AnomalyLabelRecord>;
}

const DEADLINE_MS = 15_000;
const BASE = `/api/plugin-proxy/${APP_PLUGIN_ID}/executor/${EXECUTOR_API_VERSION}`;

/** A client of the executor through Grafana's plugin proxy, the only way a browser may reach it. */
export function createExecutorClient(http: HttpPort): ExecutorClient {
  const call = async <T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    extra: { params?: Params; data?: unknown; signal?: AbortSignal | undefined }
  ): Promise<T> => {
    try {
      return await requestJson<T>(
        http,
        {
          url: `${BASE}/${path}`,
          method,
          params: withoutEmpty(extra.params ?? {}),
          ...(extra.data === undefined ? {} : { data: extra.data }),
        },
        { signal: extra.signal, deadlineMs: DEADLINE_MS }
      );
    } catch (error) {
      throw toExecutorError(error);
    }
  };
  const list = async <T>(path: string, params: Params, signal?: AbortSignal) =>
    (await call<Page<T>>('GET', path, { params, signal })).items;
  const id = encodeURIComponent;
  return {
    incidents: (status, signal) => list('incidents', { status }, signal),
    incident: (incidentId, signal) => call('GET', `incidents/${id(incidentId)}`, { signal }),
    incidentsPage: (filter, cursor, signal) => call('GET', 'incidents', { params: { ...filter, cursor }, signal }),
    alerts: (incidentId, signal) => call('GET', 'alerts', { params: { incidentId }, signal }),
    assign: (incidentId, assignee) => call('PUT', `incidents/${id(incidentId)}/assignee`, { data: { assignee } }),
    resolve: (incidentId, reason) => call('PUT', `incidents/${id(incidentId)}/resolution`, { data: { reason } }),
    addFeedback: (runId, data) => call('POST', `runs/${id(runId)}/feedback`, { data }),
    plans: ({ limit, ...filter }, signal) =>
      list('plans', { ...filter, limit: limit === undefined ? undefined : String(limit) }, signal),
    plan: (planId, signal) => call('GET', `plans/${id(planId)}`, { signal }),
    propose: (data) => call('POST', 'plans', { data }),
    challenge: (planId) => call('POST', `plans/${id(planId)}/challenge`, { data: {} }),
    decide: (planId, data) => call('POST', `plans/${id(planId)}/decision`, { data }),
    executions: (incidentId, signal) => list('executions', { incidentId }, signal),
    executionsPage: (cursor, signal) => call('GET', 'executions', { params: { cursor }, signal }),
    cancelExecution: (executionId) => call('POST', `executions/${id(executionId)}/cancel`, { data: {} }),
    releaseTargets: (executionId, comment) =>
      call('POST', `executions/${id(executionId)}/release`, { data: { comment } }),
    confirmStep: (executionId, stepId, comment) =>
      call('POST', `executions/${id(executionId)}/steps/${id(stepId)}/confirm`, { data: { comment } }),
    runbooks: (signal) => call('GET', 'runbooks', { signal }),
    proposals: (incidentId, signal) => call('GET', `incidents/${id(incidentId)}/proposals`, { signal }),
    freeze: (signal) => call('GET', 'freeze', { signal }),
    setFreeze: (data) => call('PUT', 'freeze', { data }),
    maintenance: (signal) => call('GET', 'maintenance', { signal }),
    setMaintenance: (data) => call('PUT', 'maintenance', { data }),
    notifications: (cursor, signal) => call('GET', 'notifications', { params: { cursor }, signal }),
    audit: (after, signal) => call('GET', 'audit', { params: { after }, signal }),
    verifyAudit: (signal) => call('GET', 'audit/verify', { signal }),
    actions: (signal) => list('actions', {}, signal),
    labels: ({ fromMs, toMs }, signal) =>
      call('GET', 'labels', { params: { from: String(fromMs), to: String(toMs) }, signal }),
    addLabel: (data) => call('POST', 'labels', { data }),
    withdrawLabel: (labelId) => call('POST', `labels/${id(labelId)}/withdraw`, { data: {} }),
  };
}

type Params = Readonly<Record<string, string | undefined>>;

function withoutEmpty(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
  );
}

/** The executor answers with RFC 9457 problems; the proxy in between has answers of its own. */
function toExecutorError(error: unknown): Error {
  if (!(error instanceof HttpFailure) || isCancelled(error)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return new ApiError(toExecutorProblem(error), { cause: error, status: error.status });
}

function toExecutorProblem(failure: HttpFailure): Problem {
  const body =
    typeof failure.body === 'object' && failure.body !== null ? (failure.body as Record<string, unknown>) : {};
  const { code, title, detail, remedy } = body;
  if (typeof code === 'string' && typeof remedy === 'string') {
    const message = [title, detail].filter((text) => typeof text === 'string' && text !== '').join(': ');
    return { source: 'Executor', code, message, remedy };
  }
  if (failure.kind === 'timeout') {
    return APP_ERRORS.EXECUTOR_TIMEOUT;
  }
  if (failure.status === 401 || failure.status === 403) {
    return APP_ERRORS.EXECUTOR_FORBIDDEN;
  }
  return APP_ERRORS.EXECUTOR_UNREACHABLE;
}
