import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Harness } from '../testing/harness.ts';
import { makeHarness, proposal } from '../testing/harness.ts';
import { settle } from '../testing/manual-clock.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness();
});
afterEach(() => harness.stop());

const newPlan = async (overrides = {}) => harness.propose((await harness.openIncident()).id, overrides);
const reread = async (id: string) =>
  (await harness.call('GET', `/v1/plans/${id}`, await harness.callers.person())).json;
const challengeFor = async (id: string, login: string) =>
  (await harness.call('POST', `/v1/plans/${id}/challenge`, await harness.callers.person(login))).json
    .challenge as string;

describe('decisions on a plan', () => {
  it('are taken once among 100 persons who approve at the same time, and act once', async () => {
    const plan = await newPlan();
    const logins = Array.from({ length: 100 }, (_, index) => `person${index}`);
    const bodies = await Promise.all(
      logins.map(async (login) => ({
        headers: await harness.callers.person(login),
        body: { decision: 'approve', planHash: plan.planHash, challenge: await challengeFor(plan.id, login) },
      }))
    );
    const replies = await Promise.all(
      bodies.map(({ headers, body }) => harness.call('POST', `/v1/plans/${plan.id}/decision`, headers, body))
    );
    await settle(100);
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    const refused = replies.filter((reply) => reply.json.code === 'CAUSEWAY_EXECUTOR_ALREADY_PROCESSED');
    expect(refused).toHaveLength(99);
    expect(harness.platform.effects).toHaveLength(1);
    expect((await reread(plan.id)).approval.decisions).toHaveLength(1);
  });

  it('need two persons above risk 0.8, and the same person counts once', async () => {
    const plan = await newPlan({ action: 'rollback', parameters: {} });
    expect(plan.risk).toMatchObject({ score: 0.88, approvalsRequired: 2 });
    expect((await harness.decide(plan, 'alice')).json.approval).toMatchObject({ status: 'pending' });
    expect(harness.platform.effects).toEqual([]);
    expect((await harness.decide(plan, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_ALREADY_DECIDED' });
    expect((await harness.decide(plan, 'bob')).json.approval).toMatchObject({ status: 'approved' });
    expect(harness.platform.effects).toHaveLength(1);
  });

  it('are not open to the requester, by stable id, whatever the login or body says', async () => {
    const incident = await harness.openIncident();
    const headers = await harness.callers.person('alice');
    const plan = (await harness.call('POST', '/v1/plans', headers, proposal(incident.id))).json;
    expect(plan.requester).toBe('alice');
    const renamed = await harness.callers.person('mallory', { claims: { sub: 'user:alice' } });
    const challenge = (await harness.call('POST', `/v1/plans/${plan.id}/challenge`, renamed)).json.challenge;
    const reply = await harness.call(
      'POST',
      `/v1/plans/${plan.id}/decision`,
      { ...renamed, 'x-grafana-user': 'bob' },
      { decision: 'approve', planHash: plan.planHash, challenge }
    );
    expect(reply.json).toMatchObject({ status: 403, code: 'CAUSEWAY_EXECUTOR_SELF_APPROVAL' });
    expect((await harness.decide(plan, 'bob')).status).toBe(200);
  });

  it('are refused after the period, before any sweep, and the plan is then timed out', async () => {
    const plan = await newPlan();
    const challenge = await challengeFor(plan.id, 'alice');
    harness.clock.set(plan.approval.expiresMs);
    const body = { decision: 'approve', planHash: plan.planHash, challenge };
    const reply = await harness.call(
      'POST',
      `/v1/plans/${plan.id}/decision`,
      await harness.callers.person('alice'),
      body
    );
    expect(['CAUSEWAY_EXECUTOR_PLAN_EXPIRED', 'CAUSEWAY_EXECUTOR_ALREADY_PROCESSED']).toContain(reply.json.code);
    expect((await reread(plan.id)).approval).toMatchObject({ status: 'timeout', decisions: [] });
    expect(harness.platform.effects).toEqual([]);
  });

  it('show a plan as timed out from the moment its period is over', async () => {
    const plan = await newPlan();
    harness.clock.set(plan.approval.expiresMs - 1);
    expect((await reread(plan.id)).approval.status).toBe('pending');
    harness.clock.set(plan.approval.expiresMs);
    expect((await reread(plan.id)).approval.status).toBe('timeout');
    const pending = await harness.call('GET', '/v1/plans?status=pending', await harness.callers.person());
    expect(pending.json.items).toEqual([]);
    const challenge = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, await harness.callers.person());
    expect(challenge.status).toBe(409);
  });

  it('stop an action for good when one person rejects', async () => {
    const plan = await newPlan();
    expect((await harness.decide(plan, 'bob', 'reject')).json.approval).toMatchObject({ status: 'rejected' });
    expect((await harness.decide(plan, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_ALREADY_PROCESSED' });
    expect(harness.platform.effects).toEqual([]);
  });

  it.each([
    ['of another person', 'bob', {}],
    ['that was never issued', 'alice', { challenge: 'A'.repeat(43) }],
  ])('need a challenge, not one %s', async (_, issuedTo, overrides) => {
    const plan = await newPlan();
    const challenge = await challengeFor(plan.id, issuedTo);
    const body = { decision: 'approve', planHash: plan.planHash, challenge, ...overrides };
    const reply = await harness.call(
      'POST',
      `/v1/plans/${plan.id}/decision`,
      await harness.callers.person('alice'),
      body
    );
    expect(reply.json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_CHALLENGE_INVALID' });
    expect(harness.platform.effects).toEqual([]);
  });

  it('need the challenge of this plan, unused', async () => {
    const first = await newPlan({ action: 'rollback', parameters: {} });
    const second = await newPlan({ parameters: { replicas: 7 } });
    const challenge = await challengeFor(first.id, 'alice');
    const headers = await harness.callers.person('alice');
    const decide = (plan: typeof first) =>
      harness.call('POST', `/v1/plans/${plan.id}/decision`, headers, {
        decision: 'approve',
        planHash: plan.planHash,
        challenge,
      });
    expect((await decide(second)).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_CHALLENGE_INVALID' });
    expect((await decide(first)).status).toBe(200);
    expect((await decide(first)).json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_ALREADY_DECIDED' });
  });

  it('are on exactly the plan that was shown', async () => {
    const plan = await newPlan();
    const challenge = await challengeFor(plan.id, 'alice');
    const body = { decision: 'approve', planHash: 'a'.repeat(64), challenge };
    const reply = await harness.call(
      'POST',
      `/v1/plans/${plan.id}/decision`,
      await harness.callers.person('alice'),
      body
    );
    expect(reply.json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_PLAN_HASH_MISMATCH' });
    expect((await harness.decide(plan, 'alice')).status).toBe(200);
  });

  it('leave a trace even when refused', async () => {
    const plan = await newPlan();
    await harness.decide(plan, 'alice');
    await harness.call('POST', `/v1/plans/${plan.id}/decision`, await harness.callers.person('bob'), {
      decision: 'approve',
      planHash: plan.planHash,
      challenge: 'B'.repeat(43),
    });
    const audit = (await harness.call('GET', '/v1/audit', await harness.callers.person())).json.items;
    expect(audit.at(-1)).toMatchObject({ actor: 'bob (user:bob)', event: 'plan.decision-refused', subject: plan.id });
  });
});

describe('the kill switch', () => {
  it('stops approvals, is audited, and is for persons only', async () => {
    const plan = await newPlan();
    const person = await harness.callers.person('carol');
    const set = (frozen: boolean) => harness.call('PUT', '/v1/freeze', person, { frozen, reason: 'change freeze' });
    expect((await set(true)).json).toMatchObject({ frozen: true, actor: 'carol' });
    expect((await harness.decide(plan, 'alice')).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_FROZEN' });
    expect((await reread(plan.id)).approval.status).toBe('pending');
    expect(harness.platform.effects).toEqual([]);
    await set(false);
    expect((await harness.decide(plan, 'alice')).status).toBe(200);
    expect(harness.platform.effects).toHaveLength(1);
    const events = (await harness.call('GET', '/v1/audit', person)).json.items.map((entry: any) => entry.event);
    expect(events).toEqual(expect.arrayContaining(['executor.frozen', 'executor.unfrozen']));
    const body = JSON.stringify({ frozen: true, reason: 'x' });
    const backend = await harness.call('PUT', '/v1/freeze', await harness.callers.backend('ledger', body), body);
    expect(backend.status).toBe(403);
  });

  it('stops an approved action that has not started', async () => {
    const plan = await newPlan();
    harness.platform.unreachableReads = 1;
    const reply = await harness.decide(plan, 'alice');
    const person = await harness.callers.person('carol');
    await harness.call('PUT', '/v1/freeze', person, { frozen: true, reason: 'stop' });
    await expect
      .poll(async () => (await harness.call('GET', `/v1/executions/${reply.json.executionId}`, person)).json)
      .toMatchObject({ outcome: 'failed', message: 'the executor was frozen before the action started' });
    expect(harness.platform.effects).toEqual([]);
  });
});

describe('a proposal', () => {
  it('that is pending already is answered with the pending plan', async () => {
    const incident = await harness.openIncident();
    const first = await harness.propose(incident.id);
    expect((await harness.propose(incident.id)).id).toBe(first.id);
    expect((await harness.propose(incident.id, { parameters: { replicas: 6 } })).id).not.toBe(first.id);
    harness.clock.set(first.approval.expiresMs);
    expect((await harness.propose(incident.id)).id).not.toBe(first.id);
  });

  it('made many times at once is one plan', async () => {
    const incident = await harness.openIncident();
    const plans = await Promise.all(Array.from({ length: 20 }, () => harness.propose(incident.id)));
    expect(new Set(plans.map((plan) => plan.id)).size).toBe(1);
  });

  it('hashes everything that is shown', async () => {
    const incident = await harness.openIncident();
    const hashes = new Set<string>();
    const variants = [
      {},
      { parameters: { replicas: 6 } },
      { target: { kind: 'deployment' as const, name: 'order' } },
      { action: 'restart' as const, parameters: {} },
    ];
    for (const variant of variants) {
      hashes.add((await harness.propose(incident.id, variant)).planHash);
    }
    expect(hashes.size).toBe(variants.length);
  });
});
