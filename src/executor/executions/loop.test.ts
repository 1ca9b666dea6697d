import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Harness } from '../testing/harness.ts';
import { makeHarness, proposal } from '../testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness();
});
afterEach(() => harness.stop());

const read = async (url: string) => (await harness.call('GET', url, await harness.callers.person())).json;
const approved = async (overrides = {}) => {
  const incident = await harness.openIncident();
  const plan = await harness.propose(incident.id, overrides);
  const reply = await harness.decide(plan, 'alice');
  expect(reply).toMatchObject({ status: 200 });
  return { incident, plan, execution: reply.json.executionId as string };
};

describe('an approved action', () => {
  it('acts once, is verified, and closes its incident', async () => {
    const { incident, execution } = await approved();
    expect(harness.platform.effects).toHaveLength(1);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ status: 'verifying', outcome: null, checks: [] });
    harness.metrics['users'] = 0.1;
    await harness.clock.advance(30);
    await harness.clock.advance(15);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ status: 'verifying' });
    await harness.clock.advance(15);
    const done = await read(`/v1/executions/${execution}`);
    expect(done).toMatchObject({ status: 'finished', outcome: 'recovered' });
    expect(done.checks).toHaveLength(3);
    expect(await read(`/v1/incidents/${incident.id}`)).toMatchObject({ status: 'resolved', resolvedBy: 'action' });
    const audit = await read('/v1/audit');
    expect(audit.items.map((entry: { event: string }) => entry.event)).toEqual([
      'incident.opened',
      'plan.proposed',
      'plan.approval',
      'execution.queued',
      'action.intent',
      'action.result',
      'action.settled',
      'execution.verified',
      'execution.finished',
      'incident.resolved',
    ]);
    expect(await read('/v1/audit/verify')).toEqual({ ok: true, entries: 10, brokenAt: null });
  });

  it.each([
    ['a value that misses', 0.9, 'not-recovered'],
    ['no sample', null, 'no-data'],
    ['a source that is down', new Error('connection refused'), 'no-data'],
    ['NaN', Number.NaN, 'no-data'],
    ['infinity', Number.POSITIVE_INFINITY, 'no-data'],
  ])('is never a success with %s', async (_, value, outcome) => {
    harness.metrics['latency'] = value;
    const { execution } = await approved();
    await harness.clock.advance(30);
    for (let round = 0; round < 39; round += 1) {
      await harness.clock.advance(15);
    }
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ status: 'verifying' });
    await harness.clock.advance(15);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ status: 'finished', outcome });
    expect((await read('/v1/incidents')).items[0]).toMatchObject({ status: 'open' });
  });

  it('starts counting again after one failed round', async () => {
    const { execution } = await approved();
    await harness.clock.advance(30);
    await harness.clock.advance(15);
    harness.metrics['latency'] = 3;
    await harness.clock.advance(15);
    harness.metrics['latency'] = 0.1;
    await harness.clock.advance(15);
    await harness.clock.advance(15);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ status: 'verifying' });
    await harness.clock.advance(15);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ outcome: 'recovered' });
  });

  it.each([
    ['the version', () => harness.platform.touch('payment')],
    ['the dry run', () => (harness.platform.dryRun = async () => 'scale payment, and delete its volume')],
    [
      'the identity of the target',
      () => (harness.platform.readTarget = async () => ({ uid: 'another', version: '1', spec: {} })),
    ],
  ])('sends nothing when %s differs from what was approved', async (_, drift) => {
    const incident = await harness.openIncident();
    const plan = await harness.propose(incident.id);
    drift();
    const reply = await harness.decide(plan, 'alice');
    expect(await read(`/v1/executions/${reply.json.executionId}`)).toMatchObject({
      outcome: 'failed',
      message: 'target changed since approval',
    });
    expect(harness.platform.effects).toEqual([]);
    const events = (await read('/v1/audit')).items.map((entry: { event: string }) => entry.event);
    expect(events).toContain('execution.refused');
    expect(events).not.toContain('action.intent');
  });

  it('finds out by the same operation id what became of a lost answer', async () => {
    harness.platform.faults.push('lost');
    const { execution } = await approved();
    await expect.poll(async () => (await read(`/v1/executions/${execution}`)).status).toBe('verifying');
    expect(harness.platform.effects).toHaveLength(1);
  });

  it('finds out that a conflict was made by its own first attempt', async () => {
    harness.platform.faults.push('lost', { kind: 'conflict', message: 'other version' });
    const { findOperation, readTarget } = harness.platform;
    let asked = 0;
    harness.platform.findOperation = async (id) => ((asked += 1) === 1 ? undefined : findOperation(id));
    harness.platform.readTarget = async (target) => ({ ...(await readTarget(target)), version: '1' });
    const { execution } = await approved();
    await expect.poll(async () => (await read(`/v1/executions/${execution}`)).status).toBe('verifying');
    expect(harness.platform.effects).toHaveLength(1);
    expect(asked).toBe(2);
  });

  it('asks for a person when somebody else changed the target after a lost answer', async () => {
    harness.platform.faults.push({ kind: 'unknown', message: 'timeout' });
    harness.platform.findOperation = async () => {
      harness.platform.touch('payment');
      return undefined;
    };
    const { execution } = await approved();
    await expect.poll(async () => (await read(`/v1/executions/${execution}`)).status).toBe('needs-human');
    expect((await read('/v1/audit')).items.at(-1)).toMatchObject({ event: 'execution.needs-human' });
  });

  it('fails without verification when the platform refuses it', async () => {
    harness.platform.faults.push({ kind: 'refused', message: 'quota' });
    const { execution } = await approved();
    const failed = { status: 'finished', outcome: 'failed', message: 'refused: quota', checks: [] };
    expect(await read(`/v1/executions/${execution}`)).toMatchObject(failed);
  });

  it('tries to read an unreachable platform again before giving up', async () => {
    const incident = await harness.openIncident();
    const plan = await harness.propose(incident.id);
    harness.platform.unreachableReads = 1;
    const reply = await harness.decide(plan, 'alice');
    await expect.poll(async () => (await read(`/v1/executions/${reply.json.executionId}`)).status).toBe('verifying');
  });

  it('touches no platform for manual work, and verifies it all the same', async () => {
    const { plan, execution } = await approved({ action: 'manual', parameters: { description: 'fail over by hand' } });
    expect(plan.targetVersion).toBe('none');
    await harness.clock.advance(30);
    await harness.clock.advance(15);
    await harness.clock.advance(15);
    expect(await read(`/v1/executions/${execution}`)).toMatchObject({ outcome: 'recovered' });
    expect(harness.platform.effects).toEqual([]);
  });
});

describe('one action at a time', () => {
  it('refuses a second approval on the same target and keeps that plan pending', async () => {
    const { incident } = await approved();
    const second = await harness.propose(incident.id, { action: 'restart', parameters: {} });
    const reply = await harness.decide(second, 'alice');
    expect(reply.json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_TARGET_BUSY' });
    expect((await read(`/v1/plans/${second.id}`)).approval).toMatchObject({ status: 'pending', decisions: [] });
    const other = await harness.propose(incident.id, { target: { kind: 'deployment', name: 'order' } });
    expect((await harness.decide(other, 'alice')).status).toBe(200);
  });

  it('counts failures on the target into the risk of the next plan', async () => {
    harness.platform.faults.push({ kind: 'refused', message: 'quota' });
    const { incident } = await approved();
    const next = await harness.propose(incident.id, { parameters: { replicas: 6 } });
    expect(next.risk.factors.find((factor) => factor.name === 'recent-failures')).toMatchObject({ factor: 1.1 });
    expect(next.risk.score).toBeCloseTo(0.605, 10);
  });
});

describe('incidents', () => {
  it('are not said to be over while an action runs on them', async () => {
    const { incident } = await approved();
    const caller = await harness.callers.person();
    const body = { reason: 'it is over' };
    const reply = await harness.call('PUT', `/v1/incidents/${incident.id}/resolution`, caller, body);
    expect(reply.json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_INCIDENT_BUSY' });
    expect(await read(`/v1/incidents/${incident.id}`)).toMatchObject({ status: 'open' });
  });

  it('close by themselves after several good rounds, as unassisted', async () => {
    const incident = await harness.openIncident();
    harness.metrics['users'] = 0.1;
    for (let round = 0; round < 2; round += 1) {
      await harness.clock.advance(15);
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    expect(await read(`/v1/incidents/${incident.id}`)).toMatchObject({ status: 'open' });
    await expect
      .poll(async () => {
        await harness.clock.advance(15);
        return read(`/v1/incidents/${incident.id}`);
      })
      .toMatchObject({ status: 'resolved', resolvedBy: 'unassisted' });
    const refused = await harness.call('POST', '/v1/plans', await harness.callers.person(), proposal(incident.id));
    expect(refused.json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_INCIDENT_CLOSED' });
  });
});
