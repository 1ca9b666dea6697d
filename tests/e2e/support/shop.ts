import type {
  AuditVerification,
  ExecutionRecord,
  IncidentRecord,
  Page,
  PlanRecord,
  ProposePlan,
  RunbookProposal,
  WatchAnswer,
} from '../../../src/contracts/index.ts';
import { APP_PLUGIN_ID } from '../../../src/model/index.ts';

/** The demo seen from outside: the visitor's controls and the executor's ledger. Times in simulated seconds. */
export interface Shop {
  setSpeed(speed: number): Promise<void>;
  /** Simulates a gap completely before it answers. */
  advance(seconds: number): Promise<void>;
  inject(fault: string): Promise<void>;
  /** Ends every fault and waits until no incident is open and the watch looks. Leaves the clock at normal speed. */
  heal(): Promise<void>;
  /** Injects a fault, waits until its incident has a plan with the action, and leaves the clock at normal speed. */
  breakUntil(fault: string, action: string): Promise<IncidentRecord>;
  openIncidents(): Promise<readonly IncidentRecord[]>;
  plans(incidentId: string): Promise<readonly PlanRecord[]>;
  /** Asks for a plan as the administrator; somebody else has to approve it. */
  propose(body: ProposePlan | RunbookProposal): Promise<PlanRecord>;
  executions(incidentId: string): Promise<readonly ExecutionRecord[]>;
  /** HTTP status with which the executor answers a request to decide on a plan. */
  challengeStatus(planId: string): Promise<number>;
  verifyAudit(): Promise<AuditVerification>;
}

/** Fast, and slow enough for the watch to see every step on a busy machine. */
const FAST = 20;
const SETTLE_SECONDS = 1800;
const DEADLINE_MS = 90_000;
const POLL_MS = 200;
/** Of simulated time. */
const FRESH_MS = 60_000;

/** The newest incident when each shop was healed last: while nothing came after it, there is nothing to heal. */
const healed = new Map<string, string>();

/** Connects to the demo at an address without trailing slash. */
export function connectShop(host: string): Shop {
  const executor = `/api/plugin-proxy/${APP_PLUGIN_ID}/executor/v1`;
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(host, method, path, body);
    if (!answer.ok) {
      throw new Error(`${method} ${path}: HTTP ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    }
    return (await answer.json()) as T;
  };
  const list = async <T>(path: string): Promise<readonly T[]> =>
    (await call<Page<T>>('GET', `${executor}/${path}`)).items;
  const setSpeed = async (speed: number): Promise<void> => {
    await call('PUT', '/demo/clock', { speed });
  };
  const advance = async (seconds: number): Promise<void> => {
    await call('POST', '/demo/clock/advance', { seconds });
  };
  const inject = async (fault: string): Promise<void> => {
    await call('POST', '/demo/faults', { fault });
  };
  const openIncidents = () => list<IncidentRecord>('incidents?status=open');
  /** A backend whose settings were saved reads its history anew before it sees anything. */
  const untilWatched = () =>
    until('the watch to look at the newest points', async () => {
      const { nowMs } = await call<{ readonly nowMs: number }>('GET', '/demo/clock');
      const { lastTickMs, leader } = await call<WatchAnswer>('GET', '/api/datasources/uid/causeway/resources/watch');
      return leader === true && lastTickMs !== null && nowMs - lastTickMs < FRESH_MS ? true : undefined;
    });
  const plans = (incidentId: string) => list<PlanRecord>(`plans?incidentId=${encodeURIComponent(incidentId)}`);
  return {
    setSpeed,
    advance,
    inject,
    openIncidents,
    plans,
    heal: async () => {
      const newest = async (): Promise<string> => (await list<IncidentRecord>('incidents?limit=1'))[0]?.id ?? '';
      const { active } = await call<{ readonly active: readonly unknown[] }>('GET', '/demo/faults');
      if (active.length === 0 && healed.get(host) === (await newest()) && (await openIncidents()).length === 0) {
        await setSpeed(1);
        await untilWatched();
        return;
      }
      await call('DELETE', '/demo/faults');
      await advance(SETTLE_SECONDS);
      await setSpeed(FAST);
      await until('the incidents to be resolved', async () =>
        (await openIncidents()).length === 0 ? true : undefined
      );
      await setSpeed(1);
      await untilWatched();
      healed.set(host, await newest());
    },
    breakUntil: async (fault, action) => {
      await inject(fault);
      await setSpeed(FAST);
      const incident = await until(`an incident with a plan to ${action}`, async () => {
        const [open] = await openIncidents();
        return open && (await plans(open.id)).some((plan) => plan.action === action) ? open : undefined;
      });
      await setSpeed(1);
      return incident;
    },
    propose: (body) => call<PlanRecord>('POST', `${executor}/plans`, body),
    executions: (incidentId) => list<ExecutionRecord>(`executions?incidentId=${encodeURIComponent(incidentId)}`),
    challengeStatus: async (planId) => (await send(host, 'POST', `${executor}/plans/${planId}/challenge`)).status,
    verifyAudit: () => call<AuditVerification>('GET', `${executor}/audit/verify`),
  };
}

function send(host: string, method: string, path: string, body?: object): Promise<Response> {
  return fetch(host + path, {
    method,
    headers: { Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Waited in vain for ${what}`);
}
