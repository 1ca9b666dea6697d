import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Harness } from '../testing/harness.ts';
import { makeHarness } from '../testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness();
});
afterEach(() => harness.stop());

const read = async (url: string) => (await harness.call('GET', url, await harness.callers.person())).json;
const approved = async (overrides: object = {}) => {
  const incident = await harness.openIncident();
  const plan = await harness.propose(incident.id, overrides);
  const reply = await harness.decide(plan, 'alice');
  expect(reply).toMatchObject({ status: 200 });
  return { plan, execution: reply.json.executionId as string };
};
const cancel = async (id: string, login = 'alice') =>
  harness.call('POST', `/v1/executions/${id}/cancel`, await harness.callers.person(login), {});
const status = async (id: string) => read(`/v1/executions/${id}`);
const untilDeadline = async () => {
  await harness.clock.advance(30);
  for (let round = 0; round < 41; round += 1) {
    await harness.clock.advance(15);
  }
};

describe('an effect that did not help', () => {
  it.each([
    ['a value that misses', 0.9],
    ['nothing to measure', null],
  ])('is taken back when the plan says so: %s', async (_, value) => {
    harness.metrics['latency'] = value;
    const { execution } = await approved({ onFailure: 'rollback' });
    await untilDeadline();
    await expect.poll(() => status(execution)).toMatchObject({ status: 'finished', outcome: 'rolled-back' });
    expect(harness.platform.restored).toMatchObject([{ target: { name: 'payment' }, spec: { replicas: 3 } }]);
    const record = await status(execution);
    expect(record.steps).toMatchObject([{ phase: 'undone' }]);
    expect(record.steps[0].undoneMs).toBeGreaterThan(record.steps[0].effectMs);
    const events = (await read('/v1/audit')).items.map((entry: { event: string }) => entry.event);
    expect(events.slice(-5)).toEqual([
      'execution.verified',
      'execution.turned-back',
      'undo.intent',
      'undo.result',
      'execution.finished',
    ]);
  });

  it('is left alone when somebody else changed the target since, and a person is asked', async () => {
    harness.metrics['latency'] = 0.9;
    const { execution } = await approved({ onFailure: 'rollback' });
    harness.platform.touch('payment');
    await untilDeadline();
    await expect.poll(() => status(execution)).toMatchObject({ status: 'needs-human', outcome: null });
    expect(harness.platform.restored).toEqual([]);
    expect((await status(execution)).steps).toMatchObject([{ phase: 'undo-refused' }]);
  });

  it('stays when it cannot be taken back, and a person is asked', async () => {
    harness.metrics['latency'] = 0.9;
    const { execution, plan } = await approved({ onFailure: 'rollback', action: 'restart', parameters: {} });
    expect(plan.reversible).toBe(false);
    await untilDeadline();
    await expect.poll(() => status(execution)).toMatchObject({ status: 'needs-human' });
    expect((await status(execution)).message).toContain('cannot be taken back');
  });

  it('stays when the plan says to hold', async () => {
    harness.metrics['latency'] = 0.9;
    const { execution } = await approved({ onFailure: 'hold' });
    await untilDeadline();
    await expect.poll(() => status(execution)).toMatchObject({ status: 'needs-human' });
    expect(harness.platform.restored).toEqual([]);
  });

  it('is taken back once, though the answer is lost', async () => {
    harness.metrics['latency'] = 0.9;
    const { execution } = await approved({ onFailure: 'rollback' });
    harness.platform.faults.push('lost');
    await untilDeadline();
    await expect.poll(() => status(execution), { timeout: 5000 }).toMatchObject({ outcome: 'rolled-back' });
    expect(harness.platform.restored).toHaveLength(1);
  });
});

describe('a cancellation', () => {
  it('takes back what was done, whatever the plan says', async () => {
    const { execution } = await approved({ onFailure: 'notify' });
    expect(await cancel(execution)).toMatchObject({
      status: 200,
      json: { cancelledBy: expect.stringContaining('alice') },
    });
    await harness.clock.advance(30);
    await expect.poll(() => status(execution)).toMatchObject({ status: 'finished', outcome: 'rolled-back' });
    expect(harness.platform.restored).toHaveLength(1);
  });

  it('is refused for what is over, and is for persons', async () => {
    const { execution } = await approved();
    harness.metrics['latency'] = 0.1;
    await harness.clock.advance(30);
    await harness.clock.advance(15);
    await harness.clock.advance(15);
    await expect.poll(() => status(execution)).toMatchObject({ outcome: 'recovered' });
    expect(await cancel(execution)).toMatchObject({
      status: 409,
      json: { code: 'CAUSEWAY_EXECUTOR_ALREADY_PROCESSED' },
    });
    const body = '{}';
    const asBackend = await harness.callers.backend('ledger', body);
    const refused = await harness.call('POST', `/v1/executions/${execution}/cancel`, asBackend, body);
    expect(refused.status).toBe(403);
  });
});
