import path from 'node:path';
import Database from 'better-sqlite3';
import { ExecutorUnderTest } from '../../../tests/contract/executor/executor-under-test.ts';
import { median } from '../measure.ts';
import { readMemory } from '../processes.ts';
import { addPastExecutions } from './past-executions.ts';

const MS = 1000;
const ENV = {
  CAUSEWAY_RATE_LIMIT_PER_SECOND: '100000',
  CAUSEWAY_RATE_LIMIT_BURST: '100000',
  CAUSEWAY_VERIFY_PASSES: '2',
};
const PATIENCE_MS = 60_000;

/** From a proposal to its plan, and from the decision to the first effect, as the platform sees it. Milliseconds, medians. */
export interface EffectTimes {
  readonly runs: number;
  readonly proposalToPlanMs: number;
  readonly decisionToEffectMs: number;
  /** The same three questions to the same platform (target, rehearsal, change) without ledger, policy or approval. */
  readonly peerMs: number;
  readonly ratio: number;
}

/** Measures in a process of its own each time: a target that was acted on has to cool down. */
export async function measureEffects(bundle: string, runs: number): Promise<EffectTimes> {
  const proposals: number[] = [];
  const effects: number[] = [];
  const peers: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const under = await ExecutorUnderTest.start(bundle, { env: ENV });
    try {
      const begunMs = performance.now();
      const plan = await under.propose();
      proposals.push(performance.now() - begunMs);
      effects.push(await timeToEffect(under, plan));
      peers.push(await timePeer(under.world.url));
    } finally {
      await under.close();
    }
  }
  const ratio = median(effects.map((taken, run) => taken / (peers[run] ?? Number.NaN)));
  const [proposalToPlanMs, decisionToEffectMs, peerMs] = [median(proposals), median(effects), median(peers)];
  return { runs, proposalToPlanMs, decisionToEffectMs, peerMs, ratio };
}

async function timeToEffect(under: ExecutorUnderTest, plan: Awaited<ReturnType<ExecutorUnderTest['propose']>>) {
  const { challenge } = await under.asPerson('POST', `/v1/plans/${plan.id}/challenge`);
  const effect = seen(under, 'before-effect');
  const begunMs = performance.now();
  await under.asPerson('POST', `/v1/plans/${plan.id}/decision`, {
    decision: 'approve',
    planHash: plan.planHash,
    challenge,
  });
  return (await effect) - begunMs;
}

/** When the platform sees a boundary next. */
function seen(under: ExecutorUnderTest, wanted: string): Promise<number> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`the platform saw no ${wanted}`)), PATIENCE_MS).unref();
    under.world.onBoundary = (boundary) => {
      if (boundary === wanted) {
        resolve(performance.now());
      }
    };
  });
}

async function timePeer(url: string): Promise<number> {
  const post = (body: object) =>
    fetch(`${url}/shop/v1/platform/actions`, { method: 'POST', body: JSON.stringify(body) }).then((reply) =>
      reply.text()
    );
  const begunMs = performance.now();
  await (await fetch(`${url}/shop/v1/platform/targets/deployment/payment`)).text();
  const change = { action: 'scale', parameters: {}, expectedVersion: '0', operationId: 'peer' };
  await post({ ...change, dryRun: true });
  await post({ ...change, dryRun: false });
  return performance.now() - begunMs;
}

/** What a start takes, with an interrupted execution in the ledger, and what the process needs. */
export interface RestartFigures {
  readonly pastExecutions: number;
  readonly auditEntries: number;
  readonly ledgerMiB: number;
  /** From the start of the process until it listens. */
  readonly listeningMs: number;
  /** From the start of the process until it asks the platform what became of the interrupted effect. */
  readonly recoveryMs: number;
  /** Peer: the driver alone reads every audit entry of the same file. */
  readonly peerMs: number;
  readonly ratio: number;
  readonly idleMiB: number;
  /** Highest of the samples while eight callers read lists, audit and metrics. */
  readonly loadedMiB: number;
  readonly requestsPerSecond: number;
}

/** An executor is killed after an effect, its ledger gets a past, and it is started again. */
export async function measureRestart(bundle: string, past: number, loadSeconds: number): Promise<RestartFigures> {
  const under = await ExecutorUnderTest.start(bundle, { env: ENV });
  try {
    await finishOne(under);
    await interruptOne(under);
    const file = path.join(under.installation.folder, 'ledger.sqlite');
    const auditEntries = addPastExecutions(file, past);
    const peer = readAllEntries(file);
    const asked = seen(under, 'operation');
    const begunMs = performance.now();
    await under.restart();
    const listeningMs = performance.now() - begunMs;
    const recoveryMs = (await asked) - begunMs;
    await new Promise((resolve) => setTimeout(resolve, 3 * MS));
    const [pid = 0] = under.installation.pids;
    const idleMiB = readMemory(pid);
    const load = await loadFor(under, pid, loadSeconds * MS);
    return {
      pastExecutions: past,
      auditEntries,
      ledgerMiB: peer.bytes / 2 ** 20,
      listeningMs,
      recoveryMs,
      peerMs: peer.takenMs,
      ratio: recoveryMs / peer.takenMs,
      idleMiB,
      ...load,
    };
  } finally {
    await under.close();
  }
}

async function finishOne(under: ExecutorUnderTest): Promise<void> {
  await under.approve(await under.propose());
  const deadline = Date.now() + PATIENCE_MS;
  while ((await under.newestExecution())?.status !== 'finished') {
    if (Date.now() > deadline) {
      throw new Error('the execution does not end');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function interruptOne(under: ExecutorUnderTest): Promise<void> {
  const target = { kind: 'deployment', name: 'order' } as const;
  const plan = await under.propose({ target });
  const killed = under.killAt('after-effect');
  await under.approve(plan).catch(() => undefined);
  await killed;
}

function readAllEntries(file: string): { readonly takenMs: number; readonly bytes: number } {
  const database = new Database(file);
  const begunMs = performance.now();
  const entries = database.prepare('SELECT * FROM audit ORDER BY sequence').all();
  const takenMs = performance.now() - begunMs;
  const [{ page_count: pages }] = database.pragma('page_count') as [{ page_count: number }];
  const [{ page_size: size }] = database.pragma('page_size') as [{ page_size: number }];
  database.close();
  return { takenMs: entries.length > 0 ? takenMs : Number.NaN, bytes: pages * size };
}

async function loadFor(under: ExecutorUnderTest, pid: number, durationMs: number) {
  const paths = ['/v1/executions?limit=100', '/v1/plans?limit=100', '/v1/audit?limit=200', '/metrics', '/v1/incidents'];
  const end = performance.now() + durationMs;
  let loadedMiB = readMemory(pid);
  let requests = 0;
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    const headers = await under.installation.person(`caller-${caller}`);
    for (let turn = caller; performance.now() < end; turn += 1) {
      await (await fetch(under.address + paths[turn % paths.length], { headers })).text();
      requests += 1;
      loadedMiB = Math.max(loadedMiB, readMemory(pid));
    }
  });
  await Promise.all(callers);
  return { loadedMiB, requestsPerSecond: (requests * MS) / durationMs };
}
