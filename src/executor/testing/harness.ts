import type { IncidentRecord, PlanDecision, PlanRecord, ProposePlan } from '#contracts';
import type { RcaReport } from '#model';
import type { Executor, ExecutorDeps } from '../create-executor.ts';
import { createExecutor } from '../create-executor.ts';
import type { Log } from '../log.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { openSqliteLedger } from '../store/sqlite/open-ledger.ts';
import type { Callers } from './callers.ts';
import { makeCallers } from './callers.ts';
import type { FakePlatform } from './fake-platform.ts';
import { fakePlatform } from './fake-platform.ts';
import type { ManualClock } from './manual-clock.ts';
import { manualClock, settle } from './manual-clock.ts';

/** A report as small as the type allows; reports are opaque to the executor. */
export const REPORT = { id: 'r1', summary: 'payment is slow', victims: ['order'] } as unknown as RcaReport;

const CHECK = { name: 'latency', query: 'latency', operator: '<' as const, threshold: 0.5, unit: 'seconds' };

export const INCIDENT = {
  fingerprint: 'fp-payment-latency',
  service: 'payment',
  symptom: 'latency' as const,
  onsetMs: Date.UTC(2026, 0, 5, 2, 58, 0),
  detectedMs: Date.UTC(2026, 0, 5, 3, 0, 0),
  recovery: [{ ...CHECK, name: 'users', query: 'users' }],
  report: REPORT,
};

/** Tests act on one target again and again within seconds. */
const NO_WAITING = {
  ...DEFAULT_POLICY.guards,
  targetCoolDownSeconds: 0,
  causeCoolDownSeconds: 0,
  maxRecurrences: 1000,
  maxConcurrent: 1000,
};

/** A metrics source in memory: a query without a value has no sample, an Error is thrown. */
export type FakeMetrics = Record<string, number | null | Error>;

/** A parsed body; tests name the fields they expect. */
type Json = ReturnType<typeof JSON.parse>;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly json: Json;
}

/** An executor over in-memory fakes, driven through its real HTTP surface. */
export interface Harness {
  readonly executor: Executor;
  readonly callers: Callers;
  readonly clock: ManualClock;
  readonly platform: FakePlatform;
  readonly metrics: FakeMetrics;
  readonly logLines: string[];
  call(method: 'GET' | 'POST' | 'PUT', url: string, headers: Record<string, string>, body?: unknown): Promise<Reply>;
  openIncident(overrides?: object): Promise<IncidentRecord>;
  propose(incidentId: string, overrides?: Partial<ProposePlan>): Promise<PlanRecord>;
  /** Challenge and decision as one person. */
  decide(plan: PlanRecord, login: string, decision?: PlanDecision['decision']): Promise<Reply>;
  stop(): Promise<void>;
}

export function proposal(incidentId: string, overrides: Partial<ProposePlan> = {}): ProposePlan {
  return {
    incidentId,
    action: 'scale',
    target: { kind: 'deployment', name: 'payment' },
    parameters: { replicas: 5 },
    rationale: 'payment is saturated [1]',
    confidence: 0.9,
    expectedSeconds: 60,
    verification: [CHECK],
    ...overrides,
  };
}

export async function makeHarness(overrides: Partial<ExecutorDeps> & { start?: boolean } = {}): Promise<Harness> {
  const callers = await makeCallers();
  const clock = manualClock();
  const platform = fakePlatform();
  const metrics: FakeMetrics = { latency: 0.1, users: 2 };
  const logLines: string[] = [];
  const log = lineLog(logLines);
  const { start = true, ...deps } = overrides;
  const executor = await createExecutor({
    clock,
    platform,
    log,
    trust: callers.trust,
    policy: {
      ...DEFAULT_POLICY,
      peakHours: [],
      guards: NO_WAITING,
    },
    ledger: deps.ledger ?? (await openSqliteLedger(':memory:')),
    rateLimit: {
      perSecond: 1e4,
      burst: 1e4,
    },
    metrics: { instant: (query) => readMetric(metrics, query) },
    ...deps,
  });
  if (start) {
    await executor.start();
  }
  const call = async (method: 'GET' | 'POST' | 'PUT', url: string, headers: Record<string, string>, body?: unknown) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const reply = await executor.app.inject({ method, url, headers: { ...type, ...headers }, ...payload });
    const json = String(reply.headers['content-type']).includes('json') ? reply.json() : undefined;
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, json };
  };
  const asBackend = async (intent: string, url: string, body: object): Promise<Json> => {
    const text = JSON.stringify(body);
    const reply = await call('POST', url, await callers.backend(intent, text), text);
    if (reply.status >= 300) {
      throw new Error(`${url}: ${reply.status} ${reply.text}`);
    }
    return reply.json;
  };
  return {
    executor,
    callers,
    clock,
    platform,
    metrics,
    logLines,
    call,
    openIncident: (extra = {}) =>
      asBackend('ledger', '/v1/incidents', {
        ...INCIDENT,
        ...extra,
      }),
    propose: (incidentId, extra = {}) => asBackend('propose', '/v1/plans', proposal(incidentId, extra)),
    async decide(plan, login, decision = 'approve') {
      const headers = await callers.person(login);
      const issued = await call('POST', `/v1/plans/${plan.id}/challenge`, headers);
      const body = {
        decision,
        planHash: plan.planHash,
        challenge: issued.json.challenge ?? 'x'.repeat(43),
        comment: '',
      };
      const reply = await call('POST', `/v1/plans/${plan.id}/decision`, headers, body);
      await settle();
      return reply;
    },
    stop: () => executor.stop(),
  };
}

async function readMetric(metrics: FakeMetrics, query: string): Promise<number | null> {
  const value = metrics[query] ?? null;
  if (value instanceof Error) {
    throw value;
  }
  return value;
}

function lineLog(lines: string[]): Log {
  const add = (message: string, fields?: object) => void lines.push(JSON.stringify({ message, ...fields }));
  return { info: add, warn: add, error: add };
}
