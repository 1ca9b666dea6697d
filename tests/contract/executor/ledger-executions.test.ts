import { expect, it } from 'vitest';
import { describeLedgers, again, EXECUTION, PLAN } from './ledgers.ts';

describeLedgers('executions', (at) => {
  it('keeps one active execution per target and one execution per plan', async () => {
    const ledger = at();
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
    const ledger = at();
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
    expect(await ledger.read.incidents.watched(0)).toEqual([]);
    expect(await ledger.read.executions.effects()).toEqual([{ action: 'scale', outcome: null, count: 1 }]);
  });

  it('keeps how an execution turned back, and who stopped it, once', async () => {
    const ledger = at();
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
    const ledger = at();
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
});
