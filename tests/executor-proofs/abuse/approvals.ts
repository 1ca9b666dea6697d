import assert from 'node:assert/strict';
import type { PlanRecord } from '#contracts';
import type { Harness, Reply } from '../../../src/executor/testing/harness.ts';
import { makeHarness, proposal } from '../../../src/executor/testing/harness.ts';
import { settle } from '../../../src/executor/testing/manual-clock.ts';
import { DEFAULT_POLICY } from '../../../src/executor/policy.ts';
import type { Attacks } from './attacks.ts';

const RACERS = 100;
const TTL_SECONDS = DEFAULT_POLICY.approvalTtlSeconds;
type Deps = NonNullable<Parameters<typeof makeHarness>[0]>;

/** Everything that tries to approve what must not be approved, or more than once. */
export async function attackApprovals(attacks: Attacks): Promise<void> {
  for (const [name, attack, deps] of ATTACKS) {
    await attacks.try('approvals', name, async () => {
      const harness = await makeHarness(deps);
      try {
        const incident = await harness.openIncident();
        await attack(harness, await harness.propose(incident.id));
      } finally {
        await harness.stop();
      }
    });
  }
}

/** Time that is turned back, while it runs and over a restart. */
export async function attackClock(attacks: Attacks): Promise<void> {
  for (const hours of [0.1, 1, 24, 24 * 365]) {
    await attacks.try('clock', `back by ${hours} h does not lengthen an approval`, () =>
      overtime(async (harness, plan) => {
        await harness.clock.advance(TTL_SECONDS / 2);
        await decideAs(harness, plan, 'nobody', { planHash: '0'.repeat(64) });
        harness.clock.set(harness.clock.now() - hours * 3_600_000);
        await decideAs(harness, plan, 'nobody', { planHash: '0'.repeat(64) });
        await harness.clock.advance(TTL_SECONDS / 2 + 1);
      })
    );
  }
  await attacks.try('clock', 'a jump ahead ends an approval', () =>
    overtime(async (harness) => harness.clock.set(harness.clock.now() + TTL_SECONDS * 1000))
  );
}

/** A plan whose period is over after what is done to the clock. */
async function overtime(work: (harness: Harness, plan: PlanRecord) => Promise<void>): Promise<void> {
  const harness = await makeHarness();
  try {
    const incident = await harness.openIncident();
    const plan = await harness.propose(incident.id);
    await work(harness, plan);
    refusedWith(await harness.decide(plan, 'alice'), 'PLAN_EXPIRED', 'ALREADY_PROCESSED');
    nothingDone(harness);
  } finally {
    await harness.stop();
  }
}

const ATTACKS: readonly (readonly [string, (harness: Harness, plan: PlanRecord) => Promise<void>, Deps?])[] = [
  ...Array.from({ length: 5 }, (_, round) => [`100 persons race, round ${round + 1}`, race] as const),
  ['100 decisions of one person race', (harness, plan) => race(harness, plan, () => 'alice')],
  [
    '100 persons race for two places',
    raceForTwo,
    { policy: { ...DEFAULT_POLICY, peakHours: [], twoApproversAboveRisk: 0 } },
  ],
  ['approvals and rejections race', raceBothWays],
  [
    'one person twice where two are asked for',
    twice,
    { policy: { ...DEFAULT_POLICY, peakHours: [], twoApproversAboveRisk: 0 } },
  ],
  ['after the end of the period', afterExpiry],
  ['in the last millisecond and after it', atExpiry],
  ['after a rejection', afterRejection],
  ['by the person who asked for it', selfApproval],
  ['by the person who asked for it, under another login', selfApprovalUnderOtherLogin],
  ['by the backend', byBackend],
  ['with the challenge of another person', withStolenChallenge],
  ['with the challenge of another plan', withOtherChallenge],
  ['with a challenge that was used', withUsedChallenge],
  ['with a guessed challenge', withGuessedChallenge],
  ['of another hash', ofOtherHash],
  ['while everything is frozen', whileFrozen],
  ['of a target that changed since', ofChangedTarget],
];

async function race(harness: Harness, plan: PlanRecord, nameOf = (index: number) => `person-${index}`): Promise<void> {
  const replies = await all(harness, plan, nameOf);
  assert.equal(replies.filter(({ status }) => status === 200).length, 1, 'more or less than one was accepted');
  assert.ok(replies.every(({ status }) => status === 200 || status === 409 || status === 403));
  await exactlyOnce(harness);
}

async function raceForTwo(harness: Harness, plan: PlanRecord): Promise<void> {
  const replies = await all(harness, plan, (index) => `person-${index}`);
  assert.equal(replies.filter(({ status }) => status === 200).length, 2);
  await exactlyOnce(harness, 2);
}

async function raceBothWays(harness: Harness, plan: PlanRecord): Promise<void> {
  const replies = await all(
    harness,
    plan,
    (index) => `person-${index}`,
    (index) => (index % 2 === 0 ? 'approve' : 'reject')
  );
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
  const { approval } = await reread(harness, plan);
  assert.equal(harness.platform.effects.length, approval.status === 'approved' ? 1 : 0);
}

async function all(
  harness: Harness,
  plan: PlanRecord,
  nameOf: (index: number) => string,
  decisionOf: (index: number) => 'approve' | 'reject' = () => 'approve'
): Promise<readonly Reply[]> {
  const ready = await Promise.all(
    Array.from({ length: RACERS }, async (_, index) => {
      const headers = await harness.callers.person(nameOf(index));
      const { json } = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, headers);
      return { headers, body: { decision: decisionOf(index), planHash: plan.planHash, challenge: json.challenge } };
    })
  );
  const replies = await Promise.all(
    ready.map(({ headers, body }) => harness.call('POST', `/v1/plans/${plan.id}/decision`, headers, body))
  );
  await settle(100);
  return replies;
}

async function exactlyOnce(harness: Harness, approvals = 1): Promise<void> {
  const { read } = harness.executor.context.ledger;
  const events = (await read.audit.after(0, 1000)).map(({ event }) => event);
  const count = (wanted: string) => events.filter((event) => event === wanted).length;
  assert.equal(count('plan.approval'), approvals);
  assert.equal(count('execution.queued'), 1);
  assert.equal((await read.executions.list({ limit: 100 })).items.length, 1);
  assert.equal(harness.platform.effects.length, 1);
}

async function twice(harness: Harness, plan: PlanRecord): Promise<void> {
  assert.equal((await harness.decide(plan, 'alice')).status, 200);
  refusedWith(await harness.decide(plan, 'alice'), 'ALREADY_DECIDED');
  nothingDone(harness);
}

async function afterExpiry(harness: Harness, plan: PlanRecord): Promise<void> {
  const headers = await harness.callers.person('alice');
  const { json } = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, headers);
  await harness.clock.advance(TTL_SECONDS);
  refusedWith(
    await decideAs(harness, plan, 'alice', { challenge: json.challenge }),
    'PLAN_EXPIRED',
    'ALREADY_PROCESSED'
  );
  nothingDone(harness);
}

async function atExpiry(harness: Harness, plan: PlanRecord): Promise<void> {
  harness.clock.set(plan.approval.expiresMs);
  refusedWith(await harness.decide(plan, 'alice'), 'PLAN_EXPIRED', 'ALREADY_PROCESSED');
  nothingDone(harness);
}

async function afterRejection(harness: Harness, plan: PlanRecord): Promise<void> {
  assert.equal((await harness.decide(plan, 'bob', 'reject')).status, 200);
  refusedWith(await harness.decide(plan, 'alice'), 'ALREADY_PROCESSED');
  nothingDone(harness);
}

async function ownPlan(harness: Harness, { incidentId }: PlanRecord): Promise<PlanRecord> {
  const body = proposal(incidentId, { parameters: { replicas: 7 } });
  const reply = await harness.call('POST', '/v1/plans', await harness.callers.person('alice'), body);
  assert.equal(reply.status, 201);
  return reply.json;
}

async function selfApproval(harness: Harness, plan: PlanRecord): Promise<void> {
  refusedWith(await harness.decide(await ownPlan(harness, plan), 'alice'), 'SELF_APPROVAL');
  nothingDone(harness);
}

async function selfApprovalUnderOtherLogin(harness: Harness, plan: PlanRecord): Promise<void> {
  const own = await ownPlan(harness, plan);
  const headers = await harness.callers.person('bob', { claims: { sub: 'user:alice' } });
  const { json } = await harness.call('POST', `/v1/plans/${own.id}/challenge`, headers);
  const body = { decision: 'approve', planHash: own.planHash, challenge: json.challenge };
  refusedWith(await harness.call('POST', `/v1/plans/${own.id}/decision`, headers, body), 'SELF_APPROVAL');
  nothingDone(harness);
}

async function byBackend(harness: Harness, plan: PlanRecord): Promise<void> {
  for (const intent of ['read', 'propose', 'ledger', 'approve']) {
    const body = JSON.stringify({ decision: 'approve', planHash: plan.planHash, challenge: 'x'.repeat(43) });
    const headers = await harness.callers.backend(intent, body);
    const reply = await harness.call('POST', `/v1/plans/${plan.id}/decision`, headers, body);
    assert.ok([401, 403].includes(reply.status), `answered ${reply.status} to the intent ${intent}`);
  }
  nothingDone(harness);
}

async function withStolenChallenge(harness: Harness, plan: PlanRecord): Promise<void> {
  const { json } = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, await harness.callers.person('bob'));
  refusedWith(await decideAs(harness, plan, 'alice', { challenge: json.challenge }), 'CHALLENGE_INVALID');
  nothingDone(harness);
}

async function withOtherChallenge(harness: Harness, plan: PlanRecord): Promise<void> {
  const other = await harness.propose(plan.incidentId, { parameters: { replicas: 9 } });
  const { json } = await harness.call('POST', `/v1/plans/${other.id}/challenge`, await harness.callers.person('alice'));
  refusedWith(await decideAs(harness, plan, 'alice', { challenge: json.challenge }), 'CHALLENGE_INVALID');
  nothingDone(harness);
}

async function withUsedChallenge(harness: Harness, plan: PlanRecord): Promise<void> {
  const { json } = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, await harness.callers.person('alice'));
  const first = await decideAs(harness, plan, 'alice', { challenge: json.challenge });
  assert.equal(first.status, 200);
  const second = await decideAs(harness, plan, 'alice', { challenge: json.challenge });
  assert.ok(second.status === 409 || second.status === 403, `answered ${second.status}`);
  assert.equal(harness.platform.effects.length, 1);
}

async function withGuessedChallenge(harness: Harness, plan: PlanRecord): Promise<void> {
  for (const challenge of [
    'x'.repeat(43),
    '0'.repeat(64),
    plan.planHash,
    plan.id,
    "' OR 1=1 --          ",
    '%'.repeat(43),
  ]) {
    const reply = await decideAs(harness, plan, 'alice', { challenge });
    assert.ok(reply.status >= 400 && reply.status < 500, `answered ${reply.status} to ${challenge}`);
  }
  nothingDone(harness);
}

async function ofOtherHash(harness: Harness, plan: PlanRecord): Promise<void> {
  const { json } = await harness.call('POST', `/v1/plans/${plan.id}/challenge`, await harness.callers.person('alice'));
  const planHash = plan.planHash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  refusedWith(await decideAs(harness, plan, 'alice', { challenge: json.challenge, planHash }), 'PLAN_HASH_MISMATCH');
  nothingDone(harness);
}

async function whileFrozen(harness: Harness, plan: PlanRecord): Promise<void> {
  const body = { frozen: true, reason: 'drill' };
  assert.equal((await harness.call('PUT', '/v1/freeze', await harness.callers.person('bob'), body)).status, 200);
  refusedWith(await harness.decide(plan, 'alice'), 'FROZEN');
  nothingDone(harness);
}

async function ofChangedTarget(harness: Harness, plan: PlanRecord): Promise<void> {
  harness.platform.touch('payment');
  await harness.decide(plan, 'alice');
  await settle(100);
  nothingDone(harness);
}

function decideAs(harness: Harness, plan: PlanRecord, login: string, changes: object): Promise<Reply> {
  const body = { decision: 'approve', planHash: plan.planHash, challenge: 'x'.repeat(43), ...changes };
  return harness.callers
    .person(login)
    .then((headers) => harness.call('POST', `/v1/plans/${plan.id}/decision`, headers, body));
}

async function reread(harness: Harness, { id }: PlanRecord): Promise<PlanRecord> {
  return (await harness.call('GET', `/v1/plans/${id}`, await harness.callers.person())).json;
}

function refusedWith(reply: Reply, ...codes: readonly string[]): void {
  const code = String(reply.json?.code).replace('CAUSEWAY_EXECUTOR_', '');
  assert.ok(codes.includes(code), `answered ${reply.status} ${code} instead of ${codes.join(' or ')}`);
}

function nothingDone(harness: Harness): void {
  assert.deepEqual(harness.platform.effects, [], 'something was done');
}
