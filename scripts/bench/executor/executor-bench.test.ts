import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSqliteLedger } from '../../../src/executor/store/sqlite/open-ledger.ts';
import { makeHarness } from '../../../src/executor/testing/harness.ts';
import { measureLedgerSpeed } from './ledger-speed.ts';
import { addPastExecutions } from './past-executions.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'causeway-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('gives a ledger a past that the executor accepts', async () => {
  const file = path.join(folder, 'ledger.sqlite');
  const harness = await makeHarness({ ledger: await openSqliteLedger(file) });
  const incident = await harness.openIncident();
  await harness.decide(await harness.propose(incident.id), 'alice');
  for (let round = 0; round < 6; round += 1) {
    await harness.clock.advance(15);
  }
  await harness.stop();
  const entries = addPastExecutions(file, 20);
  const later = await makeHarness({ ledger: await openSqliteLedger(file) });
  const { read } = later.executor.context.ledger;
  expect(await later.executor.context.audit.verify()).toEqual({ ok: true, entries, brokenAt: null });
  const { items } = await read.executions.list({ limit: 100 });
  expect(items).toHaveLength(21);
  expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['finished']));
  await later.stop();
});

it('measures ledger and peer in the same run', async () => {
  const { auditedPerSecond, rawPerSecond, ratio } = await measureLedgerSpeed(folder, { rounds: 1, transactions: 5 });
  expect([auditedPerSecond, rawPerSecond, ratio].every((value) => value > 0 && Number.isFinite(value))).toBe(true);
});
