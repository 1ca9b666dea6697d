import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteLedger } from '#executor';
import { describeLedgers, ENTRY, INCIDENT, PLAN } from './ledgers.ts';

describeLedgers('ledger', (at) => {
  it('gives back what was stored', async () => {
    const ledger = at();
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
    const ledger = at();
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
    const ledger = at();
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
    const ledger = at();
    await expect(ledger.transaction(({ incidents }) => incidents.insert('I2', INCIDENT, 6))).rejects.toThrow(/UNIQUE/i);
    expect(await ledger.read.incidents.findOpen('fingerprint-1')).toMatchObject({ id: 'I1' });
    await ledger.transaction(async ({ incidents }) => {
      expect(await incidents.resolve('I1', 'unassisted', 7)).toBe(true);
      expect(await incidents.resolve('I1', 'action', 8)).toBe(false);
      await incidents.insert('I2', INCIDENT, 9);
      await incidents.countAlert('I2');
    });
    expect(await ledger.read.incidents.find('I1')).toMatchObject({
      resolvedBy: 'unassisted',
      resolvedMs: 7,
      closed: null,
    });
    const closed = { by: 'alice', reason: 'a load test' };
    await ledger.transaction(({ incidents }) => incidents.resolve('I2', 'unassisted', 10, closed));
    expect(await ledger.read.incidents.find('I2')).toMatchObject({ status: 'resolved', closed });
    await ledger.transaction(({ incidents }) => incidents.insert('I3', { ...INCIDENT, origin: 'person' }, 11));
    expect(await ledger.read.incidents.watched(0)).toEqual([]);
    expect(await ledger.read.incidents.counts()).toEqual({ opened: 3, reported: 4, open: 1 });
  });

  it('decides a plan once, and never at or after its expiry', async () => {
    const ledger = at();
    await ledger.transaction(async ({ plans }) => {
      expect(await plans.decide('P1', 'approved', 1000)).toBe(false);
      expect(await plans.decide('P1', 'approved', 999)).toBe(true);
      expect(await plans.decide('P1', 'rejected', 999)).toBe(false);
    });
    expect((await ledger.read.plans.find('P1'))?.record.approval).toMatchObject({ status: 'approved', decidedMs: 999 });
  });

  it('expires pending plans only, and lets the same proposal be made again', async () => {
    const ledger = at();
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
    const ledger = at();
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

  it('takes one decision of each person', async () => {
    const ledger = at();
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

  it('remembers used tokens until they expire', async () => {
    const ledger = at();
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
    const ledger = at();
    expect(await ledger.read.settings.freeze()).toMatchObject({ frozen: false });
    const state = { frozen: true, reason: 'release', actor: 'alice', atMs: 3 };
    await ledger.transaction(({ settings }) => settings.setFreeze(state));
    expect(await ledger.read.settings.freeze()).toEqual(state);
  });
});

describe('ledger in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'causeway-ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

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
