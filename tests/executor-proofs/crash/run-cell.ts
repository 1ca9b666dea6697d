import type { Action } from '../../../src/executor/actions/action.ts';
import { demoPlatform } from '../../../src/executor/actions/demo/demo-platform.ts';
import { kubernetesActions } from '../../../src/executor/actions/kubernetes/index.ts';
import { loadKubeconfig } from '../../../src/executor/actions/kubernetes/kubeconfig.ts';
import type { KubernetesTransport } from '../../../src/executor/actions/kubernetes/kubernetes-call.ts';
import { kubernetesTransport } from '../../../src/executor/actions/kubernetes/kubernetes-call.ts';
import { kubernetesClient } from '../../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { loadScripts } from '../../../src/executor/actions/own/index.ts';
import type { Clock } from '../../../src/executor/clock.ts';
import { pauseRealTime } from '../../../src/executor/clock.ts';
import { loadEndpoints } from '../../../src/executor/outbound/index.ts';
import { DEFAULT_POLICY } from '../../../src/executor/policy.ts';
import { openSqliteLedger } from '../../../src/executor/store/sqlite/open-ledger.ts';
import type { Harness } from '../../../src/executor/testing/harness.ts';
import { makeHarness } from '../../../src/executor/testing/harness.ts';
import type { CellOrder, LedgerAccount } from './cell.ts';
import { flawed } from './flaws.ts';
import { Points, watchLedger, watchMetrics, watchPlatform, watchTransport } from './points.ts';
import { proposalOf } from './subjects.ts';

/** Longest sleep, in real milliseconds. */
const MAX_SLEEP_MS = 40;
const MINUTE_MS = 60_000;
const POLL_MS = 20;
const POLICY = {
  ...DEFAULT_POLICY,
  peakHours: [],
  approvalTtlSeconds: 86_400,
  twoApproversAboveRisk: 1,
  sweepIntervalSeconds: 3600,
  verification: { settleSeconds: 0, intervalSeconds: 0.02, consecutivePasses: 2, timeoutSeconds: 0.05 },
};

/** Takes a cell from where its ledger has it to its end, or to the boundary at which it is to stand still. */
export async function runCell(
  order: CellOrder,
  onStop: (at: string) => void
): Promise<{ account: LedgerAccount; points: readonly string[] }> {
  const points = new Points((name, number) => name === order.stopAt || number === order.stopAfter, onStop);
  const platform = watchPlatform(shopOf(order), points);
  const harness = await makeHarness({
    ledger: watchLedger(await openSqliteLedger(order.ledger), points),
    clock: impatientClock(),
    metrics: watchMetrics({ instant: async () => (order.course === 'good' ? 0.1 : 9) }, points),
    policy: POLICY,
    platform,
    ...configured(order),
    start: false,
  });
  carry(harness, order, points);
  const plan = await proposed(harness, order);
  points.arm();
  await harness.executor.start();
  if (plan.approval.status === 'pending') {
    const reply = await harness.decide(plan, 'alice');
    if (reply.status !== 200) {
      throw new Error(`the approval was answered with ${reply.status}: ${reply.text}`);
    }
  }
  const account = await untilOver(harness);
  const seen = [...points.seen];
  await harness.stop();
  return { account, points: seen };
}

/** What the administrator of a cell has configured. */
function configured({ world }: CellOrder) {
  const { endpoints, scripts } = world.kind === 'own' ? world : {};
  return {
    ...(endpoints === undefined ? {} : { endpoints: loadEndpoints(endpoints) }),
    ...(scripts === undefined ? {} : { scripts: loadScripts(scripts) }),
  };
}

async function proposed(harness: Harness, { subject, course }: CellOrder) {
  const [plan] = (await harness.executor.context.ledger.read.plans.list({ limit: 1 }, {})).items;
  if (plan) {
    return plan;
  }
  const incident = await harness.openIncident();
  const onFailure = course === 'back' ? ('rollback' as const) : ('notify' as const);
  return harness.propose(incident.id, { ...proposalOf(subject), onFailure });
}

async function untilOver({ executor }: Harness): Promise<LedgerAccount> {
  const { read } = executor.context.ledger;
  for (;;) {
    const { items } = await read.executions.list({ limit: 10 });
    if (items.length > 0 && items.every(({ status }) => status === 'finished' || status === 'needs-human')) {
      const audit = await read.audit.after(0, 1000);
      return { executions: items, audit, chainHolds: (await executor.context.audit.verify()).ok };
    }
    await pauseRealTime(POLL_MS);
  }
}

/**
 * Lets the step of the plan be carried out by the action under test: single actions of plans are those of the shop, those on
 * clusters come with runbooks.
 */
function carry({ executor }: Harness, order: CellOrder, points: Points): void {
  const { context } = executor;
  const own = context.actions.get.bind(context.actions);
  const replace = (action: Action): Action => {
    const carrier = carrierOf(order, action, own, points);
    return order.flaw ? flawed(carrier, order.flaw) : carrier;
  };
  const known = new Map<string, Action>();
  const get = (name: string): Action => {
    const found = known.get(name) ?? replace(own(name));
    known.set(name, found);
    return found;
  };
  Object.assign(context, { actions: { ...context.actions, get } });
}

function carrierOf({ world }: CellOrder, action: Action, own: (name: string) => Action, points: Points): Action {
  switch (world.kind) {
    case 'shop':
      return action;
    case 'cluster':
      return withInput(onCluster(world, points), world.input);
    case 'own': {
      const step = own(world.action);
      const apply: Action['apply'] = async (request, signal) => {
        await points.reach('effect, before');
        const outcome = await step.apply(request, signal);
        await points.reach('effect, after');
        return outcome;
      };
      return withInput({ ...step, apply }, world.input);
    }
  }
}

const transports = new Map<string, KubernetesTransport>();

function onCluster({ kubeconfig, action }: CellOrder['world'] & { kind: 'cluster' }, points: Points): Action {
  const shared = transports.get(kubeconfig) ?? kubernetesTransport(loadKubeconfig({ kind: 'file', file: kubeconfig }));
  transports.set(kubeconfig, shared);
  const client = kubernetesClient('main', watchTransport(shared, points));
  const found = kubernetesActions(client).find(({ name }) => name === action);
  if (!found) {
    throw new Error(`there is no action ${action}`);
  }
  return found;
}

/** The action with its own input, whatever the plan says. */
function withInput(action: Action, input: Action extends { target(input: infer I): unknown } ? I : never): Action {
  return {
    ...action,
    target: () => action.target(input),
    permissions: () => action.permissions(input),
    defaultVerification: () => action.defaultVerification(input),
    read: (_, signal) => action.read(input, signal),
    dryRun: (_, state, signal) => action.dryRun(input, state, signal),
    apply: (request, signal) => action.apply({ ...request, input }, signal),
    resolve: (request, signal) => action.resolve({ ...request, input }, signal),
    ...(action.compensate && {
      compensate: (request, signal) => action.compensate!({ ...request, input }, signal),
    }),
    ...(action.progress && { progress: (_, signal, sinceMs) => action.progress!(input, signal, sinceMs) }),
  };
}

function shopOf({ world }: CellOrder) {
  const url = world.kind === 'shop' ? `${world.url}/shop/v1` : 'http://127.0.0.1:9';
  return demoPlatform({ url, token: 'crash-proof-token', redact: (text) => text });
}

/** Time that jumps ahead of whoever waits for less than a minute. */
function impatientClock(): Clock {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  return {
    now,
    async sleepUntil(atMs, signal) {
      const leftMs = Math.max(0, atMs - now());
      await pauseRealTime(leftMs > MINUTE_MS ? Math.min(leftMs, 2 ** 30) : Math.min(leftMs, MAX_SLEEP_MS), signal);
      aheadMs += Math.max(0, atMs - now());
    },
  };
}
