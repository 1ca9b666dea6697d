import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanRecord } from '#contracts';
import type { Harness } from '../testing/harness.ts';
import { makeHarness, proposal } from '../testing/harness.ts';
import { settle } from '../testing/manual-clock.ts';

/** What the rules say about one plan, kept apart from the executor. */
interface ModelPlan {
  readonly requester: string;
  readonly required: number;
  readonly expiresMs: number;
  readonly approvers: Set<string>;
  rejected: boolean;
}
interface Model {
  frozen: boolean;
  readonly plans: Map<string, ModelPlan>;
}
interface Real {
  readonly harness: Harness;
  readonly incidentId: string;
  readonly plans: PlanRecord[];
}
type Command = fc.AsyncCommand<Model, Real>;

const LOGINS = ['alice', 'bob', 'carol', 'dave'];
const TARGETS = ['payment', 'order', 'redis'];
const ACTIONS = [
  { action: 'scale' as const, parameters: { replicas: 4 } },
  { action: 'restart' as const, parameters: {} },
  { action: 'rollback' as const, parameters: {} },
];

const propose = (login: string, name: string, choice: number): Command => ({
  check: () => true,
  toString: () => `${login} proposes ${ACTIONS[choice]?.action} on ${name}`,
  async run(model, { harness, incidentId, plans }) {
    const body = proposal(incidentId, { target: { kind: 'deployment', name }, ...ACTIONS[choice] });
    const reply = await harness.call('POST', '/v1/plans', await harness.callers.person(login), body);
    expect([200, 201]).toContain(reply.status);
    if (reply.status === 201) {
      const plan: PlanRecord = reply.json;
      plans.push(plan);
      const { approvalsRequired: required } = plan.risk;
      const expiresMs = plan.approval.expiresMs;
      model.plans.set(plan.id, { requester: login, required, expiresMs, approvers: new Set(), rejected: false });
    }
  },
});

const decide = (login: string, index: number, decision: 'approve' | 'reject'): Command => ({
  check: (model) => model.plans.size > 0,
  toString: () => `${login} ${decision}s plan ${index}`,
  async run(model, { harness, plans }) {
    const plan = plans[index % plans.length]!;
    const expected = model.plans.get(plan.id)!;
    const approve = decision === 'approve';
    const allowed =
      !expected.rejected &&
      expected.approvers.size < expected.required &&
      harness.clock.now() < expected.expiresMs &&
      !expected.approvers.has(login) &&
      !(approve && (model.frozen || expected.requester === login));
    const reply = await harness.decide(plan, login, decision);
    const busy = approve && reply.json.code === 'CAUSEWAY_EXECUTOR_TARGET_BUSY';
    expect(reply.status === 200 || busy).toBe(allowed);
    if (reply.status === 200) {
      expected.rejected = !approve;
      expected.approvers.add(approve ? login : 'nobody');
    }
  },
});

const pass = (seconds: number): Command => ({
  check: () => true,
  toString: () => `${seconds} s pass`,
  run: (_, { harness }) => harness.clock.advance(seconds),
});

const freeze = (frozen: boolean): Command => ({
  check: () => true,
  toString: () => (frozen ? 'freeze' : 'unfreeze'),
  async run(model, { harness }) {
    const body = { frozen, reason: 'drill' };
    await harness.call('PUT', '/v1/freeze', await harness.callers.person('alice'), body);
    model.frozen = frozen;
  },
});

const meddle = (name: string): Command => ({
  check: () => true,
  toString: () => `somebody changes ${name}`,
  run: async (_, { harness }) => harness.platform.touch(name),
});

const login = fc.constantFrom(...LOGINS);
const target = fc.constantFrom(...TARGETS);
const commands = fc.commands(
  [
    fc.tuple(login, target, fc.nat(2)).map((args) => propose(...args)),
    fc.tuple(login, fc.nat(5), fc.constant('approve' as const)).map((args) => decide(...args)),
    fc.tuple(login, fc.nat(5), fc.constantFrom('approve' as const, 'reject' as const)).map((args) => decide(...args)),
    fc.constantFrom(10, 300, 900, 1800).map((seconds) => pass(seconds)),
    fc.constantFrom(true, false, false).map((frozen) => freeze(frozen)),
    target.map((name) => meddle(name)),
  ],
  { maxCommands: 30, size: 'max' }
);

describe('over any course of events', () => {
  it('nothing is executed without the approvals that its risk asks for, and nothing twice', async () => {
    let effects = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (course) => {
        const harness = await makeHarness();
        const incident = await harness.openIncident();
        const model: Model = { frozen: false, plans: new Map() };
        await fc.asyncModelRun(() => ({ model, real: { harness, incidentId: incident.id, plans: [] } }), course);
        await settle();
        const read = async (url: string) => (await harness.call('GET', url, await harness.callers.person())).json;
        const executions: { planId: string }[] = (await read('/v1/executions?limit=100')).items;
        const approved = [...model.plans].filter(([, plan]) => !plan.rejected && plan.approvers.size >= plan.required);
        expect(executions.map((execution) => execution.planId).sort()).toEqual(approved.map(([id]) => id).sort());
        const operations = harness.platform.effects.map((effect) => effect.operationId);
        expect(new Set(operations).size).toBe(operations.length);
        expect(operations.length).toBeLessThanOrEqual(executions.length);
        expect((await read('/v1/audit/verify')).ok).toBe(true);
        effects += operations.length;
        await harness.stop();
      }),
      { numRuns: 60 }
    );
    expect(effects).toBeGreaterThan(10);
  }, 60_000);
});
