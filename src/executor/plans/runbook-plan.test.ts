import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { DEFAULT_POLICY } from '../policy.ts';
import { folderCatalogue } from '../runbooks/folder-catalogue.ts';
import { inlineCel } from '../runbooks/testing/example.ts';
import { GATED } from '../runbooks/testing/runbook-texts.ts';
import { openSqliteLedger } from '../store/sqlite/open-ledger.ts';
import { type Harness, makeHarness, REPORT } from '../testing/harness.ts';
import { settle } from '../testing/manual-clock.ts';

const MINUTE = 60_000;
const PROPOSAL = { runbook: { name: 'gated-scale' }, parameters: {}, rationale: 'overloaded [1]', confidence: 0.9 };
const report = {
  ...REPORT,
  hypotheses: [{ service: 'payment', cause: 'overload', confidence: 0.9, path: [] }],
  proposals: [],
};

let folder: string;
let harness: Harness;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-runbooks-'));
  writeFileSync(path.join(folder, 'gated.yaml'), GATED);
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

async function start(policy = DEFAULT_POLICY): Promise<Harness> {
  const ledger = await openSqliteLedger(':memory:');
  const runbooks = folderCatalogue(folder, inlineCel, ledger);
  harness = await makeHarness({ ledger, runbooks, policy: { ...policy, peakHours: [] } });
  Object.assign(harness.metrics, { serving: 1, latency: 0.2, after: 0.1 });
  return harness;
}

async function as(login: string, method: 'GET' | 'POST' | 'PUT', url: string, body?: object) {
  const reply = await harness.call(method, url, await harness.callers.person(login), body);
  await settle();
  return reply;
}

const propose = async (body: object = {}) => {
  const { id: incidentId } = await harness.openIncident({ report });
  return as('carol', 'POST', '/v1/plans', { ...PROPOSAL, incidentId, ...body });
};

async function execution(plan: PlanRecord): Promise<ExecutionRecord> {
  const { executionId } = (await as('carol', 'GET', `/v1/plans/${plan.id}`)).json as PlanRecord;
  return (await as('carol', 'GET', `/v1/executions/${executionId}`)).json as ExecutionRecord;
}

const phases = async (plan: PlanRecord) => (await execution(plan)).steps.map(({ phase }) => phase);

async function until(plan: PlanRecord, done: (phase: readonly string[]) => boolean): Promise<void> {
  await expect.poll(async () => done(await phases(plan)), { timeout: 5000 }).toBe(true);
}

/** Lets simulated time pass in small steps, so that every wait sees it. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5000) {
    await harness.clock.advance(5);
    await settle();
  }
}

describe('a plan from a runbook', () => {
  it(
    'asks, waits for a person, acts, is verified, and takes the temporary change back',
    { timeout: 30_000 },
    async () => {
      await start();
      const { json: plan, status } = await propose();
      expect(status).toBe(201);
      expect(plan).toMatchObject({
        action: 'gated-scale',
        runbook: { name: 'gated-scale', version: 1, title: 'Scale when it is slow' },
        target: { kind: 'deployment', name: 'payment' },
        parameters: { service: 'payment', replicas: 5 },
        timing: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 2, timeoutSeconds: 600 },
        limits: { coolDownSeconds: 600, maxPercent: 40 },
        guards: [],
        deadlineSeconds: 3600,
      });
      expect(
        plan.steps.map(({ id, reversible, ttlSeconds }: PlanRecord['steps'][number]) => [id, reversible, ttlSeconds])
      ).toEqual([
        ['slow', true, undefined],
        ['look', true, undefined],
        ['scale', true, 300],
      ]);
      expect((await harness.decide(plan, 'alice')).status).toBe(200);
      await until(plan, ([, look]) => look === 'applied');
      expect(harness.platform.effects).toEqual([]);
      expect((await execution(plan)).steps[0]?.details).toMatchObject({ passed: true, value: 0.2 });

      const { id } = await execution(plan);
      const confirmed = await as('bob', 'POST', `/v1/executions/${id}/steps/look/confirm`, {
        comment: 'queue is fine',
      });
      expect(confirmed.status).toBe(200);
      expect((await as('bob', 'POST', `/v1/executions/${id}/steps/look/confirm`, {})).status).toBe(409);
      await pass(10_000);
      await until(plan, ([, , scale]) => scale === 'settled');
      harness.metrics['users'] = 0.1;
      expect(harness.platform.effects).toMatchObject([{ action: 'scale', parameters: { replicas: 5 } }]);
      await pass(2 * MINUTE);
      expect(await execution(plan)).toMatchObject({ status: 'finished', outcome: 'recovered' });
      expect(harness.platform.restored).toEqual([]);
      await pass(5 * MINUTE);
      await until(plan, ([, , scale]) => scale === 'undone');
      expect(harness.platform.restored).toHaveLength(1);

      const told = (await as('bob', 'GET', '/v1/notifications')).json.items as { event: string }[];
      expect(told.map(({ event }) => event).toReversed()).toEqual([
        'approval-requested',
        'approved',
        'started',
        'succeeded',
      ]);
    }
  );

  it('skips what its condition forbids, and has done nothing then', async () => {
    await start();
    harness.metrics['latency'] = 0.01;
    const { json: plan } = await propose();
    await harness.decide(plan, 'alice');
    await pass(2 * MINUTE);
    expect(await phases(plan)).toEqual(['settled', 'skipped', 'skipped']);
    expect(harness.platform.effects).toEqual([]);
  });

  it('does nothing when a precondition does not hold', async () => {
    await start();
    harness.metrics['serving'] = 0;
    const { json: plan } = await propose();
    await harness.decide(plan, 'alice');
    await pass(MINUTE);
    expect(await execution(plan)).toMatchObject({
      outcome: 'failed',
      message: 'the precondition "serves" does not hold (0)',
    });
  });

  it.each([
    [{ parameters: { replicas: 21 } }, 422, /parameters.replicas/],
    [{ parameters: { nope: 1 } }, 422, /parameters.nope is no parameter/],
    [{ runbook: { name: 'unknown' } }, 404, /there is no unknown/],
    [{ runbook: { name: 'gated-scale', version: 2 } }, 404, /gated-scale@2/],
    [{ confidence: 2 }, 400, /confidence/],
  ])('names what is wrong with %j', async (body, status, text) => {
    await start();
    const reply = await propose(body);
    expect(reply.status).toBe(status);
    expect(reply.json.detail).toMatch(text);
  });

  it('keeps the content of a version that was used', async () => {
    await start();
    expect((await propose()).status).toBe(201);
    writeFileSync(path.join(folder, 'gated.yaml'), GATED.replace('default: 5', 'default: 6'));
    await harness.executor.context.runbooks.reload();
    const { items, problems } = (await as('carol', 'GET', '/v1/runbooks')).json;
    expect(problems).toMatchObject([{ source: 'gated.yaml', field: 'metadata.version' }]);
    expect(items).toMatchObject([{ name: 'gated-scale', parameters: [{ name: 'service' }, { default: 5 }] }]);
  });

  it('cools down after it ran, for as long as the runbook asks', { timeout: 30_000 }, async () => {
    await start({ ...DEFAULT_POLICY, guards: { ...DEFAULT_POLICY.guards, causeCoolDownSeconds: 0 } });
    harness.metrics['latency'] = 0.2;
    const { json: plan } = await propose();
    await harness.decide(plan, 'alice');
    const { id } = await execution(plan);
    await until(plan, ([, look]) => look === 'applied');
    await as('bob', 'POST', `/v1/executions/${id}/steps/look/confirm`, {});
    await pass(10_000);
    harness.metrics['users'] = 0.1;
    await pass(2 * MINUTE);
    const again = await propose();
    expect(again.json.guards).toMatchObject([{ guard: 'cool-down', message: /payment was acted on/ }]);
    expect((await harness.decide(again.json, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_GUARDED' });
  });

  it('is proposed with the arithmetic of why', async () => {
    await start();
    const { id } = await harness.openIncident({ report });
    const { json } = await as('carol', 'GET', `/v1/incidents/${id}/proposals`);
    expect(json).toMatchObject({
      items: [
        {
          runbook: { name: 'gated-scale' },
          parameters: { service: 'payment', replicas: 5 },
          missing: [],
          why: ['cause is "overload"'],
          risk: 0.55,
          decision: { confidence: 0.9, source: 'rule' },
        },
      ],
    });
  });
});

describe('what a runbook may do by itself', () => {
  const backend = async (body: object) => {
    const text = JSON.stringify(body);
    return harness.call('POST', '/v1/plans', await harness.callers.backend('propose', text), text);
  };

  it.each([
    ['shadow', 403, 'plan.shadowed'],
    ['suggest', 403, 'plan.suggested'],
    ['approve', 201, 'plan.proposed'],
  ] as const)('at %s', async (level, status, event) => {
    await start({ ...DEFAULT_POLICY, autonomy: { start: level, ceiling: level, autoBelowRisk: 0.35 } });
    const { id: incidentId } = await harness.openIncident({ report });
    expect((await backend({ ...PROPOSAL, incidentId })).status).toBe(status);
    const { items } = (await as('carol', 'GET', '/v1/audit')).json;
    expect(items.map((entry: { event: string }) => entry.event)).toContain(event);
    expect((await propose()).status).toBe(status === 201 ? 200 : 201);
  });

  it('acts alone only where it was allowed to, its policy asks for it, and the risk is low', async () => {
    const text = GATED.replace('mode: required', 'mode: auto-if-low-risk').replace('risk: medium', 'risk: low');
    writeFileSync(path.join(folder, 'gated.yaml'), text);
    const autonomy = { start: 'auto', ceiling: 'auto', autoBelowRisk: 0.35 } as const;
    await start({ ...DEFAULT_POLICY, autonomy });
    const { id: incidentId } = await harness.openIncident({ report });
    expect((await backend({ ...PROPOSAL, incidentId })).json.approval.status).toBe('pending');
    await harness.stop();
    await start({ ...DEFAULT_POLICY, autonomy: { ...autonomy, autoBelowRisk: 0.6 } });
    const second = await harness.openIncident({ report });
    const { json } = await backend({ ...PROPOSAL, incidentId: second.id });
    expect(json).toMatchObject({ approval: { status: 'auto_approved' } });
    expect(json.executionId).not.toBeNull();
  });
});

describe('an emergency', () => {
  const decide = async (plan: PlanRecord, login: string, body: object) => {
    const { json } = await as(login, 'POST', `/v1/plans/${plan.id}/challenge`, {});
    const decision = { decision: 'approve', planHash: plan.planHash, challenge: json.challenge, ...body };
    return as(login, 'POST', `/v1/plans/${plan.id}/decision`, decision);
  };
  const risky = async () => {
    const { id } = await harness.openIncident({ report });
    return harness.propose(id, { action: 'rollback', parameters: {} });
  };

  it('is one person instead of two, with a reason, and stays visible', async () => {
    await start();
    const plan = await risky();
    expect(plan.risk.approvalsRequired).toBe(2);
    expect((await decide(plan, 'alice', { breakGlass: true, comment: 'short' })).json.detail).toMatch(/reason/);
    const reply = await decide(plan, 'alice', { breakGlass: true, comment: 'everything is down, nobody answers' });
    expect(reply.json.approval).toMatchObject({ status: 'approved', decisions: [{ breakGlass: true }] });
    const { items } = (await as('carol', 'GET', '/v1/audit')).json;
    expect(items.map((entry: { event: string }) => entry.event)).toContain('plan.break-glass');
  });

  it('is no way around what one person may approve, nor around four eyes', async () => {
    await start();
    const { json: plan } = await propose();
    const reason = { breakGlass: true, comment: 'everything is down, nobody answers' };
    expect((await decide(plan, 'alice', reason)).json).toMatchObject({ detail: /is enough without it/ });
    expect((await decide(plan, 'carol', reason)).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_SELF_APPROVAL' });
  });
});

describe('targets that wait for a person', () => {
  it('are held until somebody says that they looked', { timeout: 30_000 }, async () => {
    await start();
    const { id: incidentId } = await harness.openIncident({ report });
    const plan = await harness.propose(incidentId, { onFailure: 'hold' });
    harness.metrics['latency'] = 9;
    await harness.decide(plan, 'alice');
    await pass(12 * MINUTE);
    const held = await execution(plan);
    expect(held.status).toBe('needs-human');
    await pass(10 * MINUTE);
    const next = await harness.propose(incidentId, { parameters: { replicas: 7 } });
    expect((await harness.decide(next, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_TARGET_BUSY' });
    const url = `/v1/executions/${held.id}/release`;
    expect((await as('bob', 'POST', url, { comment: '' })).status).toBe(400);
    expect((await as('bob', 'POST', url, { comment: 'payment is healthy now' })).status).toBe(200);
    expect((await as('bob', 'POST', url, { comment: 'payment is healthy now' })).status).toBe(409);
    expect((await harness.decide(next, 'alice')).status).toBe(200);
  });

  it('may not be touched in a maintenance window', async () => {
    await start();
    const atMs = harness.clock.now();
    const window = { id: 'w1', fromMs: atMs - 1, toMs: atMs + 30 * MINUTE, reason: 'database upgrade' };
    expect((await as('bob', 'PUT', '/v1/maintenance', { windows: [window] })).status).toBe(200);
    const { json: plan } = await propose();
    expect(plan.guards).toEqual([
      { guard: 'maintenance', message: 'A maintenance window is on: database upgrade', untilMs: window.toMs },
    ]);
    expect((await harness.decide(plan, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_GUARDED' });
    await as('bob', 'PUT', '/v1/maintenance', { windows: [] });
    expect((await harness.decide(plan, 'alice')).status).toBe(200);
  });
});
