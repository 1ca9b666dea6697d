import { FRAME_FIELDS } from '#contracts';
import type {
  AuditVerification,
  ChallengeAnswer,
  ExecutionRecord,
  IncidentRecord,
  Page,
  PlanRecord,
  RunEvent,
  RunEventsAnswer,
  StartedRun,
} from '#contracts';
import { APP_PLUGIN_ID } from '#model';
import { DemoError } from '../errors.ts';
import type { InvestigatedScenario } from './investigation-result.ts';

/** One entry of the shop's fault catalogue, with the truth that Causeway has to find. */
export interface CatalogueEntry {
  readonly id: string;
  readonly causes: readonly string[];
  readonly symptom: string;
  readonly fault: boolean;
}

/** What the smoke run does, over the same HTTP paths as the browser. `person` is the login it acts as. */
export interface DemoClient {
  now(): Promise<number>;
  setSpeed(speed: number): Promise<void>;
  advance(seconds: number): Promise<void>;
  catalogue(): Promise<readonly CatalogueEntry[]>;
  reset(): Promise<void>;
  inject(fault: string): Promise<void>;
  incidents(): Promise<readonly IncidentRecord[]>;
  plans(incidentId: string): Promise<readonly PlanRecord[]>;
  executions(incidentId: string): Promise<readonly ExecutionRecord[]>;
  approve(plan: PlanRecord, person: string): Promise<PlanRecord>;
  verifyAudit(): Promise<AuditVerification>;
  /** The highest anomaly score of a service between two times; null when there is none. */
  highestScore(service: string, fromMs: number, toMs: number): Promise<number | null>;
  /** Starts an investigation without a language model and waits for its end. */
  investigate(service: string, fromMs: number, toMs: number): Promise<InvestigatedScenario>;
}

const DEADLINE_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const EXECUTOR = `/api/plugin-proxy/${APP_PLUGIN_ID}/executor/v1`;
const DATASOURCE_UID = 'causeway';
const RESOURCES = `/api/datasources/uid/${DATASOURCE_UID}/resources`;
const READER = 'alice';
const RUN_DEADLINE_MS = 60_000;
const RUN_POLL_MS = 50;

interface QueryAnswer {
  readonly results: Readonly<
    Record<
      string,
      {
        readonly error?: string;
        readonly frames?: readonly {
          readonly schema: { readonly fields: readonly { readonly name: string }[] };
          readonly data: { readonly values: readonly (readonly unknown[])[] };
        }[];
      }
    >
  >;
}

/** An answer with an error status. */
export class DemoHttpError extends DemoError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('CAUSEWAY_DEMO_HTTP', message);
    this.status = status;
  }
}

/** Connects to a running demo. @param host address of the page, without trailing slash */
export function connectDemo(host: string): DemoClient {
  const call = <T>(method: string, path: string, body?: object, person = READER): Promise<T> =>
    ask<T>(host, { method, path, body, person });
  const list = async <T>(path: string): Promise<readonly T[]> =>
    (await call<Page<T>>('GET', `${EXECUTOR}/${path}`)).items;
  return {
    now: async () => (await call<{ nowMs: number }>('GET', '/demo/clock')).nowMs,
    setSpeed: (speed) => call('PUT', '/demo/clock', { speed }),
    advance: async (seconds) => {
      await call('POST', '/demo/clock/advance', { seconds });
      // Answered when the backend has judged the new time: nothing is broken before it looks at the healthy shop.
      const overview = `${RESOURCES}/overview`;
      await call('GET', overview).catch(() => call('GET', overview));
    },
    catalogue: async () => (await call<{ catalogue: CatalogueEntry[] }>('GET', '/demo/faults')).catalogue,
    reset: () => call('DELETE', '/demo/faults'),
    inject: (fault) => call('POST', '/demo/faults', { fault }),
    incidents: () => list<IncidentRecord>('incidents'),
    plans: (incidentId) => list<PlanRecord>(`plans?incidentId=${encodeURIComponent(incidentId)}`),
    executions: (incidentId) => list<ExecutionRecord>(`executions?incidentId=${encodeURIComponent(incidentId)}`),
    approve: async (plan, person) => {
      const base = `${EXECUTOR}/plans/${encodeURIComponent(plan.id)}`;
      const { challenge, planHash } = await call<ChallengeAnswer>('POST', `${base}/challenge`, undefined, person);
      const decision = { decision: 'approve', planHash, challenge, comment: 'approved by the smoke run' };
      return call<PlanRecord>('POST', `${base}/decision`, decision, person);
    },
    verifyAudit: () => call('GET', `${EXECUTOR}/audit/verify`),
    highestScore: async (service, fromMs, toMs) => {
      const query = { refId: 'A', datasource: { uid: DATASOURCE_UID }, queryType: 'anomaly-score', service };
      const body = { queries: [query], from: String(fromMs), to: String(toMs) };
      return readHighestScore(await call<QueryAnswer>('POST', '/api/ds/query', body));
    },
    investigate: async (service, fromMs, toMs) => {
      const startedMs = performance.now();
      const request = { service, window: { fromMs, toMs }, depth: 'engine' };
      const started = await call<StartedRun>('POST', `${RESOURCES}/runs`, { request, origin: 'api', again: true });
      const path = `${RESOURCES}/runs/${started.run.id}/events`;
      const ended = await untilOver((after) => call<RunEventsAnswer>('GET', `${path}?after=${after}`));
      return { ...ended, seconds: (performance.now() - startedMs) / 1000 };
    },
  };
}

/** Reads the events of a run until it is over; one that goes on for a minute is told as it is. */
async function untilOver(
  read: (after: number) => Promise<RunEventsAnswer>
): Promise<Pick<InvestigatedScenario, 'run' | 'events'>> {
  const events: RunEvent[] = [];
  const untilMs = performance.now() + RUN_DEADLINE_MS;
  for (;;) {
    const answer = await read(events.length);
    events.push(...answer.events);
    const isOver = answer.run.status !== 'running' && !answer.more && events.length >= answer.run.lastSeq;
    if (isOver || performance.now() > untilMs) {
      return { run: answer.run, events };
    }
    await new Promise((resolve) => setTimeout(resolve, RUN_POLL_MS));
  }
}

/** The highest value of the score fields of an answer. */
export function readHighestScore(answer: QueryAnswer): number | null {
  const scores = Object.values(answer.results).flatMap((result) =>
    (result.frames ?? []).flatMap((frame) =>
      frame.schema.fields.flatMap((field, index) =>
        field.name === FRAME_FIELDS.score ? (frame.data.values[index] ?? []) : []
      )
    )
  );
  const known = scores.filter((score): score is number => typeof score === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  readonly person: string;
}

async function ask<T>(host: string, { method, path, body, person }: Asked): Promise<T> {
  const answer = await fetch(host + path, {
    method,
    headers: {
      Accept: 'application/json',
      Cookie: `causeway_demo_user=${person}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch((cause: unknown) => {
    throw new DemoError('CAUSEWAY_DEMO_HTTP', `${method} ${path} was not answered`, { cause });
  });
  const text = await answer.text();
  if (!answer.ok || text.length > MAX_ANSWER_BYTES) {
    throw new DemoHttpError(
      answer.status,
      `${method} ${path} as ${person}: HTTP ${answer.status} ${text.slice(0, 300)}`
    );
  }
  return (text === '' ? {} : JSON.parse(text)) as T;
}
