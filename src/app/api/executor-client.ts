import {
  type ActionCatalogueEntry,
  type AnomalyLabel,
  type AnomalyLabelRecord,
  type AuditEntry,
  type AuditVerification,
  type ChallengeAnswer,
  EXECUTOR_API_VERSION,
  type ExecutionRecord,
  type IncidentRecord,
  type Page,
  type PlanDecision,
  type PlanRecord,
  type ProposePlan,
} from '#contracts';
import { APP_PLUGIN_ID, type TimeWindow } from '#model';
import type { Problem } from '#ui';
import { ApiError, APP_ERRORS, isCancelled } from '../errors.ts';
import { HttpFailure, type HttpPort, requestJson } from './http.ts';

/** What the pages ask of the executor. Every call rejects with `ApiError`, or with an AbortError when cancelled. */
export interface ExecutorClient {
  /** Incidents, newest first; the first page. */
  incidents(status: 'open' | 'resolved' | undefined, signal?: AbortSignal): Promise<readonly IncidentRecord[]>;
  incident(id: string, signal?: AbortSignal): Promise<IncidentRecord>;
  plans(filter: { incidentId?: string; status?: string }, signal?: AbortSignal): Promise<readonly PlanRecord[]>;
  propose(plan: ProposePlan): Promise<PlanRecord>;
  challenge(planId: string): Promise<ChallengeAnswer>;
  decide(planId: string, decision: PlanDecision): Promise<PlanRecord>;
  executions(incidentId: string | undefined, signal?: AbortSignal): Promise<readonly ExecutionRecord[]>;
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
    method: 'GET' | 'POST',
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
    plans: (filter, signal) => list('plans', { ...filter }, signal),
    propose: (data) => call('POST', 'plans', { data }),
    challenge: (planId) => call('POST', `plans/${id(planId)}/challenge`, { data: {} }),
    decide: (planId, data) => call('POST', `plans/${id(planId)}/decision`, { data }),
    executions: (incidentId, signal) => list('executions', { incidentId }, signal),
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
