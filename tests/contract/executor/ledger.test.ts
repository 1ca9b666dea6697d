import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '#executor';
import { openSqliteLedger } from '#executor';

const INCIDENT = {
  fingerprint: 'fingerprint-1',
  service: 'payment',
  symptom: 'latency' as const,
  onsetMs: 1,
  detectedMs: 2,
  recovery: [
    {
      name: 'p99',
      query: 'q',
      operator: '<' as const,
      threshold: 1,
      unit: 'seconds',
    },
  ],
  report: {
    id: 'r',
    text: 'ünïcode 😀 \0 nul',
  } as never,
};
const PLAN = {
  id: 'P1',
  incidentId: 'I1',
  planHash: 'a'.repeat(64),
  proposalHash: 'b'.repeat(64),
  requester: 'backend',
  requesterId: 'backend:causeway',
  action: 'scale' as const,
  target: {
    kind: 'deployment' as const,
    name: 'x',
  },
  parameters: { replicas: 3 },
  rationale: 'why',
  confidence: 0.1 + 0.2,
  expectedSeconds: 60,
  runbook: null,
  preconditions: [],
  timing: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 3, timeoutSeconds: 600 },
  deadlineSeconds: 900,
  limits: null,
  notifications: [{ channel: 'incidents', on: ['approved' as const] }],
  affectedServices: 3,
  evidenceDigest: 'e'.repeat(64),
  guards: [],
  approvers: ['alice'],
  verification: [],
  dryRun: '2 -> 3',
  targetUid: 'u',
  targetVersion: '7',
  reversible: true,
  steps: [],
  onFailure: 'notify' as const,
  policyVersion: 'v',
  risk: {
    base: 0.5,
    factors: [],
    score: 0.55,
    approvalsRequired: 1,
  },
  expiresMs: 1e3,
  createdMs: 10,
};
const EXECUTION = {
  id: 'E1',
  planId: 'P1',
  incidentId: 'I1',
  action: 'scale' as const,
  targetKey: 'deployment/x',
  steps: [{ id: 'step-1', targetKey: 'deployment/x', operationId: 'O1', undoOperationId: 'U1' }],
  startedMs: 20,
};
const again = (operationId: string) => ({
  steps: [{ id: 'step-1', targetKey: 'deployment/x', operationId, undoOperationId: `undo ${operationId}` }],
});
const ENTRY = { atMs: 1, actor: 'a', event: 'e', subject: 's', details: { b: [1, null], a: 'x' } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ADAPTERS: Readonly<Record<string, () => Promise<Ledger>>> = {
  'SQLite file': () => openSqliteLedger(path.join(folder, 'ledger.sqlite')),
  'SQLite memory': () => openSqliteLedger(':memory:'),
};

describe.each(Object.entries(ADAPTERS))('ledger on %s', (_, open) => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await open();
    await ledger.transaction(async ({ incidents, plans }) => {
      await incidents.insert('I1', INCIDENT, 5);
      await plans.insert(PLAN);
    });
  });
  afterEach(() => ledger.close());

  it('gives back what was stored', async () => {
    expect(await ledger.read.incidents.find('I1')).toMatchObject({ status: 'open', report: INCIDENT.report });
    const { proposalHash: _p, requesterId, targetUid, policyVersion, expiresMs, approvers, ...shown } = PLAN;
    expect(await ledger.read.plans.find('P1')).toEqual({
      requesterId,
      targetUid,
      policyVersion,
      record: {
        ...shown,
        executionId: null,
        approval: {
          status: 'pending',
          expiresMs,
          decisions: [],
          decidedMs: null,
          approvers,
        },
      },
    });
    expect(await ledger.read.plans.find('none')).toBeNull();
  });

  it('writes all of a transaction or nothing', async () => {
    const failed = ledger.transaction(async (session) => {
      await session.audit.append(ENTRY);
      await session.incidents.resolve('I1', 'action', 9);
      throw new Error('stop');
    });
    await expect(failed).rejects.toThrow('stop');
    expect(await ledger.read.audit.last()).toBeNull();
    expect(await ledger.read.incidents.find('I1')).toMatchObject({ status: 'open' });
  });

  it('runs transactions one after the other', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (__, index) =>
        ledger.transaction((session) => session.audit.append({ ...ENTRY, atMs: index }))
      )
    );
    const entries = await ledger.read.audit.after(0, 100);
    expect(entries.map((entry) => entry.sequence)).toEqual(Array.from({ length: 30 }, (__, index) => index + 1));
    expect(entries.slice(1).every((entry, index) => entry.previousHash === entries[index]?.hash)).toBe(true);
  });

  it('keeps one open incident per fingerprint', async () => {
    await expect(ledger.transaction(({ incidents }) => incidents.insert('I2', INCIDENT, 6))).rejects.toThrow(/UNIQUE/i);
    expect(await ledger.read.incidents.findOpen('fingerprint-1')).toMatchObject({ id: 'I1' });
    await ledger.transaction(async ({ incidents }) => {
      expect(await incidents.resolve('I1', 'unassisted', 7)).toBe(true);
      expect(await incidents.resolve('I1', 'action', 8)).toBe(false);
      await incidents.insert('I2', INCIDENT, 9);
      await incidents.countAlert('I2');
    });
    expect(await ledger.read.incidents.find('I1')).toMatchObject({ resolvedBy: 'unassisted', resolvedMs: 7 });
    expect(await ledger.read.incidents.counts()).toEqual({ opened: 2, reported: 3, open: 1 });
  });

  it('decides a plan once, and never at or after its expiry', async () => {
    await ledger.transaction(async ({ plans }) => {
      expect(await plans.decide('P1', 'approved', 1000)).toBe(false);
      expect(await plans.decide('P1', 'approved', 999)).toBe(true);
      expect(await plans.decide('P1', 'rejected', 999)).toBe(false);
    });
    expect((await ledger.read.plans.find('P1'))?.record.approval).toMatchObject({ status: 'approved', decidedMs: 999 });
  });

  it('expires pending plans only, and lets the same proposal be made again', async () => {
    await ledger.transaction(async ({ plans }) => {
      expect(await plans.expire(999)).toEqual([]);
      expect(await plans.findPending(PLAN.proposalHash, 999)).not.toBeNull();
      expect(await plans.findPending(PLAN.proposalHash, 1000)).toBeNull();
      expect(await plans.expire(1000)).toEqual(['P1']);
      expect(await plans.expire(1000)).toEqual([]);
      await plans.insert({ ...PLAN, id: 'P2', expiresMs: 5000 });
    });
    expect(await ledger.read.plans.pendingCount(2000)).toBe(1);
    const listed = await ledger.read.plans.list({ limit: 10 }, { status: 'timeout' });
    expect(listed.items.map((plan) => plan.id)).toEqual(['P1']);
  });

  it('takes a challenge once, from its person, for its plan, in time', async () => {
    const challenge = { hash: 'h', planId: 'P1', principalId: 'user:1', expiresMs: 100 };
    await ledger.transaction(async ({ plans }) => {
      await plans.insertChallenge(challenge);
      expect(await plans.useChallenge('h', 'P1', 'user:2', 50)).toBe(false);
      expect(await plans.useChallenge('h', 'P2', 'user:1', 50)).toBe(false);
      expect(await plans.useChallenge('h', 'P1', 'user:1', 100)).toBe(false);
      expect(await plans.useChallenge('h', 'P1', 'user:1', 99)).toBe(true);
      expect(await plans.useChallenge('h', 'P1', 'user:1', 99)).toBe(false);
    });
  });

  it('keeps one run per fingerprint and start, its events in order, and drops what is old', async () => {
    const run = {
      fingerprint: 'question-1',
      startsAtMs: 100,
      request: { service: 'payment', window: { fromMs: 1, toMs: 2 }, depth: 'engine' as const },
      origin: 'watch' as const,
      startedBy: 'watch',
      incidentId: 'I1',
    };
    const end = { status: 'finished' as const, reason: '', verdict: null, decision: null, cause: null, cost: null };
    const note = (seq: number) => ({
      type: 'note' as const,
      level: 'info' as const,
      text: 'ünïcode 😀 \0 nul',
      seq,
      atMs: 1,
      elapsedMs: 0.1 + 0.2,
    });
    await ledger.transaction(async ({ runs }) => {
      await runs.insert({ ...run, id: 'R1' }, 10);
      await runs.append('R1', [note(1), note(2)]);
      await runs.append('R1', []);
    });
    await expect(ledger.transaction(({ runs }) => runs.insert({ ...run, id: 'R2' }, 11))).rejects.toThrow(/UNIQUE/i);
    await expect(ledger.transaction(({ runs }) => runs.append('R1', [note(2)]))).rejects.toThrow(/UNIQUE/i);
    expect(await ledger.read.runs.find('R1')).toMatchObject({ ...run, lastSeq: 2, revision: 2, status: 'running' });
    expect(await ledger.read.runs.events('R1', 1, 10)).toEqual([note(2)]);
    await ledger.transaction(async ({ runs }) => {
      expect(await runs.drop({ beforeMs: 1e9, keep: 0 }, 20)).toEqual([]);
      expect(await runs.finish('R1', end, 20)).toBe(true);
      expect(await runs.finish('R1', { ...end, status: 'failed' }, 21)).toBe(false);
    });
    expect((await ledger.read.runs.findSame('question-1', 100))?.id).toBe('R1');
    await ledger.transaction(async ({ runs }) => {
      expect(await runs.drop({ beforeMs: 10, keep: 1 }, 30)).toEqual([]);
      expect(await runs.drop({ beforeMs: 10, keep: 0 }, 30)).toEqual(['R1']);
    });
    expect([await ledger.read.runs.find('R1'), await ledger.read.runs.isKnown('R1')]).toEqual([null, true]);
    expect(await ledger.read.runs.events('R1', 0, 10)).toEqual([]);
    expect(await ledger.read.runs.findSame('question-1', 100)).toBeNull();
  });

  it('gives a lease to one holder until it expires, and counts the changes', async () => {
    const take = (holder: string, atMs: number) =>
      ledger.transaction(({ leases }) => leases.acquire('watch', { holder, ttlSeconds: 10 }, atMs));
    expect(await take('a', 0)).toMatchObject({ held: true, token: 1, changed: true, expiresMs: 10_000 });
    expect(await take('b', 9_999)).toMatchObject({ held: false, holder: 'a', token: 1 });
    expect(await take('a', 9_999)).toMatchObject({ held: true, token: 1, changed: false, expiresMs: 19_999 });
    expect(await take('b', 19_999)).toMatchObject({ held: true, token: 2, changed: true });
    expect(await take('b', 40_000)).toMatchObject({ held: true, token: 3, changed: false });
  });

  it('keeps what a label says, and withdraws it once', async () => {
    const label = {
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      service: 'payment',
      signalId: 'payment/latency/p99',
      label: 'expected' as const,
      fromMs: 10,
      toMs: 20,
      comment: 'sale 🎉',
      author: 'alice',
      createdMs: 30,
    };
    await ledger.transaction(({ labels }) => labels.insert({ ...label, authorId: 'user:1' }));
    expect(await ledger.read.labels.list({ limit: 5 }, { fromMs: 19, toMs: 20 })).toEqual({
      items: [label],
      nextCursor: null,
    });
    await ledger.transaction(async ({ labels }) => {
      expect(await labels.withdraw(label.id, 'bob', 40)).toBe(true);
      expect(await labels.withdraw(label.id, 'bob', 50)).toBe(false);
      expect(await labels.find(label.id)).toBeNull();
    });
    expect((await ledger.read.labels.list({ limit: 5 }, {})).items).toEqual([]);
  });

  it('takes one decision of each person', async () => {
    const decision = {
      planId: 'P1',
      planHash: 'a'.repeat(64),
      challengeHash: 'h',
      tokenDigest: 't',
      tokenIssuedMs: 1,
      atMs: 5,
      approverId: 'user:1',
      approver: 'alice',
      decision: 'approve' as const,
      comment: 'ok',
      breakGlass: true,
    };
    await ledger.transaction(({ plans }) => plans.insertDecision(decision));
    await expect(ledger.transaction(({ plans }) => plans.insertDecision(decision))).rejects.toThrow(/UNIQUE|PRIMARY/i);
    expect((await ledger.read.plans.find('P1'))?.record.approval.decisions).toEqual([
      { approver: 'alice', decision: 'approve', comment: 'ok', atMs: 5, breakGlass: true },
    ]);
  });

  it('keeps one active execution per target and one execution per plan', async () => {
    await ledger.transaction(async ({ executions, plans }) => {
      await plans.insert({ ...PLAN, id: 'P2', proposalHash: 'c'.repeat(64) });
      expect(await executions.insert(EXECUTION)).toBeUndefined();
      const second = { ...EXECUTION, id: 'E2', planId: 'P2', ...again('O2') };
      expect(await executions.insert(second)).toEqual({ refused: 'deployment/x' });
      await executions.finish('E1', 'failed', 'no', 30);
      expect(await executions.insert({ ...EXECUTION, id: 'E3', ...again('O3') })).toEqual({ refused: null });
      expect(await executions.insert(second)).toBeUndefined();
    });
    expect((await ledger.read.executions.active()).map((execution) => execution.id)).toEqual(['E2']);
    expect(await ledger.read.executions.recentFailures('scale', 'deployment/x', 30)).toBe(1);
    expect(await ledger.read.executions.recentFailures('scale', 'deployment/x', 31)).toBe(0);
    expect((await ledger.read.plans.find('P1'))?.record.executionId).toBe('E1');
  });

  it('keeps checks in order, values without number included', async () => {
    const check = (name: string, value: number | null) => ({ name, atMs: 40, value, passed: value !== null });
    await ledger.transaction(async ({ executions }) => {
      await executions.insert(EXECUTION);
      const intent = { expected: { uid: 'u', version: '7' }, preImage: { replicas: 2 }, mintedMs: 30 };
      const begin = { position: 0, from: ['pending'], to: 'intent', message: 'acting', intent } as const;
      expect(await executions.changeStep('E1', begin)).toBe(true);
      expect(await executions.changeStep('E1', begin)).toBe(false);
      expect((await executions.findActive('E1'))?.steps).toMatchObject([
        { phase: 'intent', operationId: 'O1', intent },
      ]);
      const apply = { position: 0, from: ['intent'], to: 'applied', message: 'done', effectMs: 35 } as const;
      expect(await executions.changeStep('E1', apply)).toBe(true);
      await executions.beginVerification('E1');
      await executions.insertChecks('E1', 1, [check('same', 1.5), check('same', null)]);
      await executions.insertChecks('E1', 2, [check('b', 2)]);
    });
    expect(await ledger.read.executions.findActive('E1')).toMatchObject({
      steps: [{ phase: 'applied', effectMs: 35 }],
      effectMs: 35,
      rounds: 2,
    });
    const found = await ledger.read.executions.find('E1');
    expect(found?.checks.map((one) => one.value)).toEqual([1.5, null, 2]);
    expect(await ledger.read.incidents.watched()).toEqual([]);
    expect(await ledger.read.executions.effects()).toEqual([{ action: 'scale', outcome: null, count: 1 }]);
  });

  it('keeps how an execution turned back, and who stopped it, once', async () => {
    await ledger.transaction(async ({ executions }) => {
      await executions.insert(EXECUTION);
      expect(await executions.cancel('E1', 'alice')).toBe(true);
      expect(await executions.cancel('E1', 'bob')).toBe(false);
      await executions.setVerification('E1', 'no-data', 'nobody knows');
      await executions.turnBack('E1', 'back');
    });
    expect(await ledger.read.executions.findActive('E1')).toMatchObject({
      direction: 'undo',
      verification: 'no-data',
      cancelledBy: 'alice',
    });
    await ledger.transaction(async ({ executions }) => {
      await executions.finish('E1', 'rolled-back', 'back', 50);
      expect(await executions.cancel('E1', 'carol')).toBe(false);
    });
    expect(await ledger.read.executions.find('E1')).toMatchObject({ status: 'finished', outcome: 'rolled-back' });
  });

  it('locks every target of an execution, or none', async () => {
    const two = {
      ...EXECUTION,
      id: 'E2',
      planId: 'P2',
      steps: [
        { id: 'a', targetKey: 'deployment/y', operationId: 'O2', undoOperationId: 'U2' },
        { id: 'b', targetKey: 'deployment/x', operationId: 'O3', undoOperationId: 'U3' },
        { id: 'c', targetKey: 'deployment/y', operationId: 'O4', undoOperationId: 'U4' },
      ],
    };
    await ledger.transaction(async ({ executions, plans }) => {
      await plans.insert({ ...PLAN, id: 'P2', proposalHash: 'c'.repeat(64) });
      await executions.insert(EXECUTION);
      expect(await executions.insert(two)).toEqual({ refused: 'deployment/x' });
      await executions.needHuman('E1', 'look', 30);
      expect(await executions.insert(two)).toEqual({ refused: 'deployment/x' });
      expect(await executions.heldTargets()).toEqual([{ key: 'deployment/x', executionId: 'E1' }]);
      expect(await executions.release('E1')).toBe(true);
      expect(await executions.release('E1')).toBe(false);
      expect(await executions.insert(two)).toBeUndefined();
    });
    expect((await ledger.read.executions.findActive('E2'))?.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('remembers used tokens until they expire', async () => {
    await ledger.transaction(async ({ settings }) => {
      expect(await settings.useToken('j1', 100)).toBe(true);
      expect(await settings.useToken('j1', 100)).toBe(false);
      await settings.forgetTokens(100);
      expect(await settings.useToken('j1', 100)).toBe(false);
      await settings.forgetTokens(101);
      expect(await settings.useToken('j1', 200)).toBe(true);
    });
  });

  it('remembers the kill switch', async () => {
    expect(await ledger.read.settings.freeze()).toMatchObject({ frozen: false });
    const state = { frozen: true, reason: 'release', actor: 'alice', atMs: 3 };
    await ledger.transaction(({ settings }) => settings.setFreeze(state));
    expect(await ledger.read.settings.freeze()).toEqual(state);
  });
});

describe('ledger in a file', () => {
  const file = () => path.join(folder, 'ledger.sqlite');

  it('is there after closing and opening', async () => {
    const first = await openSqliteLedger(file());
    await first.transaction((session) => session.audit.append(ENTRY));
    await first.close();
    const second = await openSqliteLedger(file());
    expect(await second.read.audit.last()).toMatchObject({ sequence: 1, details: ENTRY.details });
    await second.close();
  });

  it('has one writer: a second executor on it does not start', async () => {
    const first = await openSqliteLedger(file());
    await expect(openSqliteLedger(file())).rejects.toThrow(/locked/);
    await first.close();
  });
});
