import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import { type CatalogueEntry, type DemoClient, DemoHttpError } from './demo-client.ts';
import type { InvestigatedScenario } from './investigation-result.ts';
import { judgeScenario, type ScenarioResult } from './scenario-result.ts';

/** Limits of one scenario, in simulated seconds unless named otherwise. */
export interface ScenarioPace {
  readonly speed: number;
  /** Jumped over after a reset, so that detectors see a healthy shop again. */
  readonly settleSeconds: number;
  /** Lived through before the fault, so that the watch looks at the healthy shop. */
  readonly quietSeconds: number;
  readonly detectionSeconds: number;
  readonly repairSeconds: number;
  /** How long a scenario without a fault is watched. */
  readonly watchSeconds: number;
  /** How often the demo is asked, in real milliseconds. */
  readonly pollMs: number;
}

export const DEFAULT_PACE: ScenarioPace = {
  speed: 40,
  settleSeconds: 1800,
  quietSeconds: 180,
  detectionSeconds: 900,
  repairSeconds: 2400,
  watchSeconds: 900,
  pollMs: 250,
};

/** Normal times before an onset that are looked at as well. */
const LEAD_MS = 10 * 60_000;
const APPROVERS = ['alice', 'bob'];
/** A report may grow for a while after an incident opens; plans for further causes follow it. */
const REPORT_GROWTH_SECONDS = 60;
const CONFLICT = 409;
const RUNNING: readonly string[] = ['running', 'verifying'];

/** Runs one scenario from a healthy shop to its end, as a person would in the browser. */
export async function runScenario(
  client: DemoClient,
  entry: CatalogueEntry,
  pace: ScenarioPace,
  log: (line: string) => void
): Promise<ScenarioResult> {
  await client.setSpeed(pace.speed);
  await client.reset();
  const earlier = new Set((await client.incidents()).map((incident) => incident.id));
  await client.advance(pace.settleSeconds);
  await untilSeconds(client, pace, await client.now(), pace.quietSeconds);
  await untilClosed(client, pace);
  const injectedMs = await client.now();
  await client.inject(entry.id);
  // One that was detected before the fault may reach the ledger after it; it is a false alarm and not this fault's.
  const isNew = (incident: IncidentRecord): boolean => !earlier.has(incident.id) && incident.detectedMs >= injectedMs;
  const isFalseAlarm = (incident: IncidentRecord): boolean =>
    !earlier.has(incident.id) && incident.detectedMs < injectedMs && incident.report.decision === 'root-cause';
  log(`${entry.id}: injected`);

  let incident = await waitForIncident(client, entry, pace, { injectedMs, isNew });
  // The report must be there while the trouble is; it does not keep the repair waiting.
  const [investigated, repaired] = await Promise.all([
    investigate(client, entry, incident),
    incident && entry.fault ? repair(client, incident, pace, log) : undefined,
  ]);
  const ledger = await client.incidents();
  const all = ledger.filter(isNew);
  incident = all.find((item) => item.id === incident?.id) ?? incident;
  const executions = incident ? await client.executions(incident.id) : [];
  const result = judgeScenario({
    fault: entry.id,
    isFault: entry.fault,
    trueCauses: entry.causes,
    injectedMs,
    incident,
    incidentsWithCause: all.filter((item) => item.report.decision === 'root-cause').length,
    proposals: incident ? (await client.plans(incident.id)).length : 0,
    falseAlarms: ledger.filter(isFalseAlarm).map((item) => item.report.hypotheses[0]?.service ?? item.service),
    approved: repaired?.approved ?? 0,
    executions,
    investigated,
    highestScore: await client.highestScore(entry.symptom, injectedMs, await client.now()),
  });
  log(`${entry.id}: ${result.passed ? 'passed' : `FAILED: ${result.problems.join('; ')}`}`);
  return result;
}

async function investigate(
  client: DemoClient,
  entry: CatalogueEntry,
  incident: IncidentRecord | undefined
): Promise<InvestigatedScenario> {
  const nowMs = Math.floor(await client.now());
  const onsetMs = incident?.onsetMs ?? nowMs;
  return client.investigate(incident?.service ?? entry.symptom, Math.floor(onsetMs) - LEAD_MS, nowMs);
}

async function waitForIncident(
  client: DemoClient,
  entry: CatalogueEntry,
  pace: ScenarioPace,
  at: { readonly injectedMs: number; readonly isNew: (incident: IncidentRecord) => boolean }
): Promise<IncidentRecord | undefined> {
  const limitMs = at.injectedMs + (entry.fault ? pace.detectionSeconds : pace.watchSeconds) * 1000;
  while ((await client.now()) < limitMs) {
    const found = (await client.incidents()).filter(at.isNew);
    // Where nothing is wrong, an incident without a cause is no failure: go on looking for one with a cause.
    const incident = entry.fault ? found[0] : found.find((item) => item.report.decision === 'root-cause');
    if (incident) {
      return incident;
    }
    await sleep(pace.pollMs);
  }
  return undefined;
}

/** Approves what is proposed, one plan after the other, until the incident is closed. */
async function repair(
  client: DemoClient,
  incident: IncidentRecord,
  pace: ScenarioPace,
  log: (line: string) => void
): Promise<{ readonly approved: number }> {
  const tried = new Set<string>();
  let approved = 0;
  const startMs = await client.now();
  const limitMs = startMs + pace.repairSeconds * 1000;
  await untilSeconds(client, pace, startMs, REPORT_GROWTH_SECONDS);
  while ((await client.now()) < limitMs) {
    const current = (await client.incidents()).find((item) => item.id === incident.id);
    if (current?.status === 'resolved') {
      break;
    }
    const isBusy = (await client.executions(incident.id)).some(isRunning);
    const next = isBusy ? undefined : nextPlan(await client.plans(incident.id), current ?? incident, tried);
    if (next) {
      tried.add(next.id);
      const isApproved = await approve(client, next);
      approved += isApproved ? 1 : 0;
      log(`${incident.service}: ${isApproved ? 'approved' : 'too late for'} ${next.action} ${next.target.name}`);
    }
    await sleep(pace.pollMs);
  }
  return { approved };
}

/** The pending plan for the best-ranked cause that was not tried yet; plans without effect come last. */
export function nextPlan(
  plans: readonly PlanRecord[],
  incident: IncidentRecord,
  tried: ReadonlySet<string>
): PlanRecord | undefined {
  const order = incident.report.proposals.map((proposal) => `${proposal.action} ${proposal.target.name}`);
  const rank = (plan: PlanRecord): number => {
    const at = order.indexOf(`${plan.action} ${plan.target.name}`);
    const hasEffect = plan.action !== 'notify' && plan.action !== 'manual';
    return (at === -1 ? order.length : at) + (hasEffect ? 0 : 1000);
  };
  return plans
    .filter((plan) => plan.approval.status === 'pending' && !tried.has(plan.id))
    .toSorted((left, right) => rank(left) - rank(right) || left.createdMs - right.createdMs)[0];
}

/** @returns false when the plan could no longer be approved, as when the incident has just been closed */
async function approve(client: DemoClient, plan: PlanRecord): Promise<boolean> {
  let current = plan;
  try {
    for (const person of APPROVERS) {
      if (current.approval.status === 'pending') {
        current = await client.approve(current, person);
      }
    }
  } catch (error) {
    if (error instanceof DemoHttpError && error.status === CONFLICT) {
      return false;
    }
    throw error;
  }
  return current.approval.status === 'approved';
}

function isRunning(execution: ExecutionRecord): boolean {
  return RUNNING.includes(execution.status);
}

async function untilSeconds(client: DemoClient, pace: ScenarioPace, fromMs: number, seconds: number): Promise<void> {
  while ((await client.now()) < fromMs + seconds * 1000) {
    await sleep(pace.pollMs);
  }
}

/** An open incident would take up what comes next, so it has to close first; a reset shop closes it by itself. */
async function untilClosed(client: DemoClient, pace: ScenarioPace): Promise<void> {
  const limitMs = (await client.now()) + pace.repairSeconds * 1000;
  while ((await client.now()) < limitMs) {
    if ((await client.incidents()).every((incident) => incident.status === 'resolved')) {
      return;
    }
    await sleep(pace.pollMs);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
