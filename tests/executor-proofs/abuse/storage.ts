import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlanRecord } from '#contracts';
import { pauseRealTime } from '../../../src/executor/clock.ts';
import type { SqliteConnection } from '../../../src/executor/store/sqlite/connection.ts';
import { openBetterSqlite } from '../../../src/executor/store/sqlite/connection.ts';
import { ledgerOn, openSqliteLedger } from '../../../src/executor/store/sqlite/open-ledger.ts';
import type { Harness } from '../../../src/executor/testing/harness.ts';
import { makeHarness } from '../../../src/executor/testing/harness.ts';
import { settle } from '../../../src/executor/testing/manual-clock.ts';
import type { Attacks } from './attacks.ts';

const DAMAGES = 60;
const SEED = 7919;

/** Disks that are full, files that are damaged, ledgers that somebody edited. */
export async function attackStorage(attacks: Attacks): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-abuse-'));
  try {
    await attackDisk(attacks);
    await attackFile(attacks, folder);
    await attackRows(attacks, folder);
    await attackAudit(attacks, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A disk that is full from some page on: nothing is done that is not recorded, and all goes on when there is space. */
async function attackDisk(attacks: Attacks): Promise<void> {
  for (const pages of [0, 1, 2, 3, 5, 8]) {
    await attacks.try('disk full', `${pages} pages left`, async () => {
      const connection = openBetterSqlite(':memory:');
      const harness = await makeHarness({ ledger: await ledgerOn(connection) });
      const incident = await harness.openIncident();
      const plan = await harness.propose(incident.id);
      const [{ page_count: used = 0 } = {}] = connection.execute('PRAGMA page_count', []).rows;
      const limit = (count: number) => connection.execute(`PRAGMA max_page_count = ${count}`, []);
      limit(Number(used) + pages);
      await fill(harness);
      await harness.decide(plan, 'alice');
      await settle(100);
      const intents = (await harness.executor.context.ledger.read.audit.after(0, 1000)).filter(
        ({ event }) => event === 'action.intent'
      );
      assert.ok(harness.platform.effects.length <= intents.length, 'an effect without an intent');
      assert.equal((await harness.call('GET', '/v1/plans', await harness.callers.person())).status, 200);
      limit(100_000);
      await harness.decide(plan, 'alice');
      // Background work pauses in real time after a failure.
      for (let round = 0; round < 100 && harness.platform.effects.length === 0; round += 1) {
        await harness.clock.advance(15);
        await pauseRealTime(50);
      }
      assert.equal(harness.platform.effects.length, 1, 'it did not go on');
      assert.equal((await harness.executor.context.audit.verify()).ok, true);
      await harness.stop();
    });
  }
}

async function fill(harness: Harness): Promise<void> {
  const headers = await harness.callers.person('bob');
  const body = { frozen: false, reason: 'x'.repeat(490) };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await harness.call('PUT', '/v1/freeze', headers, body)).status !== 200) {
      return;
    }
  }
}

/** Bytes of the file are changed or cut off: whatever the executor then does, it is not another action than was proposed. */
async function attackFile(attacks: Attacks, folder: string): Promise<void> {
  const sound = path.join(folder, 'sound.sqlite');
  const plan = await prepare(sound);
  assert.equal(
    (await actOn(copyOf(sound, path.join(folder, 'control.sqlite')), plan)).length,
    1,
    'a sound ledger acts'
  );
  const size = statSync(sound).size;
  for (let index = 0; index < DAMAGES; index += 1) {
    const at = (index * SEED * 31) % size;
    await attacks.try('damaged file', `64 bytes at ${at}`, async () => {
      const file = copyOf(sound, path.join(folder, `damaged-${index}.sqlite`));
      const bytes = readFileSync(file);
      for (let offset = at; offset < Math.min(size, at + 64); offset += 1) {
        bytes[offset] = ((bytes[offset] ?? 0) ^ (0x55 + index)) & 0xff;
      }
      writeFileSync(file, bytes);
      await onlyWhatWasProposed(file, plan);
    });
  }
  for (const [name, length] of [
    ['empty', 0],
    ['a header only', 100],
    ['one page', 4096],
    ['half', Math.floor(size / 2)],
    ['all but a page', size - 4096],
  ] as const) {
    await attacks.try('damaged file', `cut: ${name}`, async () => {
      const file = copyOf(sound, path.join(folder, `cut-${length}.sqlite`));
      truncateSync(file, length);
      await onlyWhatWasProposed(file, plan);
    });
  }
  await attacks.try('damaged file', 'no database at all', async () => {
    const file = path.join(folder, 'text.sqlite');
    writeFileSync(file, 'this is no database\n'.repeat(1000));
    await onlyWhatWasProposed(file, plan);
  });
}

/** Rows of a pending plan are edited behind the executor's back, its triggers dropped. */
async function attackRows(attacks: Attacks, folder: string): Promise<void> {
  const sound = path.join(folder, 'rows.sqlite');
  const plan = await prepare(sound);
  const edits: readonly (readonly [string, string])[] = [
    ['the parameters', `UPDATE plan SET parameters = '{"replicas":20}'`],
    ['the steps', `UPDATE plan SET steps = replace(steps, '"replicas":5', '"replicas":20')`],
    ['the action of a step', `UPDATE plan SET steps = replace(steps, 'demo.scale', 'demo.restart')`],
    ['the target of a step', `UPDATE plan SET steps = replace(steps, '"name":"payment"', '"name":"order"')`],
    ['the risk', `UPDATE plan SET risk = replace(risk, '"approvalsRequired":', '"approvalsRequired":-')`],
    ['the person who asked', `UPDATE plan SET requester_id = 'user:somebody'`],
    ['the checks', `UPDATE plan SET verification = '[]'`],
    ['the hash', `UPDATE plan SET plan_hash = '${'0'.repeat(64)}'`],
    ['the end of the period', `UPDATE plan SET expires_ms = expires_ms + 86400000`],
  ];
  for (const [name, statement] of edits) {
    await attacks.try('edited ledger', name, async () => {
      const file = copyOf(sound, path.join(folder, `edited.sqlite`));
      const connection = openBetterSqlite(file);
      dropTriggers(connection, 'plan');
      const { changes } = connection.execute(statement, []);
      connection.close();
      assert.equal(changes, 1, 'the attack changed nothing');
      const effects = await actOn(file, plan);
      assert.deepEqual(effects, [], 'a plan that was edited was carried out');
    });
  }
}

/** Entries of the audit are changed or taken away, while the executor runs and while it does not. */
async function attackAudit(attacks: Attacks, folder: string): Promise<void> {
  const statements: readonly (readonly [string, string])[] = [
    ['an actor', `UPDATE audit SET actor = 'mallory' WHERE sequence = 1`],
    ['a detail', `UPDATE audit SET details = '{}' WHERE sequence = 2`],
    ['a time', `UPDATE audit SET at_ms = at_ms + 1 WHERE sequence = 1`],
    ['a hash', `UPDATE audit SET hash = '${'0'.repeat(64)}' WHERE sequence = 1`],
    ['the first entry', 'DELETE FROM audit WHERE sequence = 1'],
    ['the last entry', 'DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)'],
    ['all entries', 'DELETE FROM audit'],
  ];
  const sound = path.join(folder, 'audit.sqlite');
  const plan = await prepare(sound);
  for (const [name, statement] of statements) {
    await attacks.try('audit', `${name}, while it runs`, async () => {
      const connection = openBetterSqlite(copyOf(sound, path.join(folder, 'running.sqlite')));
      const harness = await makeHarness({ ledger: await ledgerOn(connection) });
      dropTriggers(connection, 'audit');
      connection.execute(statement, []);
      const reply = await harness.call('GET', '/v1/audit/verify', await harness.callers.person());
      assert.equal(reply.json.ok, false, 'the chain is said to hold');
      await harness.decide(plan, 'alice');
      assert.deepEqual(harness.platform.effects, [], 'it acted on a broken chain');
      assert.equal((await harness.call('GET', '/healthz', {})).status, 503);
      await harness.stop();
    });
    await attacks.try('audit', `${name}, before it starts`, async () => {
      const file = copyOf(sound, path.join(folder, 'stopped.sqlite'));
      const connection = openBetterSqlite(file);
      dropTriggers(connection, 'audit');
      connection.execute(statement, []);
      connection.close();
      assert.deepEqual(await actOn(file, plan), [], 'it acted on a broken chain');
    });
  }
  for (const table of ['audit', 'plan']) {
    await attacks.try('audit', `${table} takes no change`, () => {
      const connection = openBetterSqlite(copyOf(sound, path.join(folder, 'frozen.sqlite')));
      assert.throws(() => connection.execute(`DELETE FROM ${table}`, []));
      connection.close();
    });
  }
}

/** A ledger with a plan that waits for approval. */
async function prepare(file: string): Promise<PlanRecord> {
  const harness = await makeHarness({ ledger: await openSqliteLedger(file) });
  const incident = await harness.openIncident();
  const plan = await harness.propose(incident.id);
  await harness.stop();
  return plan;
}

function copyOf(file: string, to: string): string {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${to}${suffix}`, { force: true });
  }
  copyFileSync(file, to);
  return to;
}

/** Opens a ledger that may be damaged and approves its plan. @returns what was then done; nothing when it does not open */
async function actOn(file: string, plan: PlanRecord): Promise<Harness['platform']['effects']> {
  const harness = await open(file);
  if (!harness) {
    return [];
  }
  await harness.decide(plan, 'alice').catch(() => undefined);
  await settle(200);
  await pauseRealTime(20);
  await harness.stop().catch(() => undefined);
  return harness.platform.effects;
}

async function open(file: string): Promise<Harness | undefined> {
  try {
    return await makeHarness({ ledger: await openSqliteLedger(file) });
  } catch {
    // Refusing to start is a good answer.
    return undefined;
  }
}

async function onlyWhatWasProposed(file: string, plan: PlanRecord): Promise<void> {
  const effects = await actOn(file, plan);
  assert.ok(effects.length <= 1, 'it acted more than once');
  for (const { action, target, parameters } of effects) {
    assert.deepEqual(
      { action, target, parameters },
      { action: 'scale', target: plan.target, parameters: plan.parameters }
    );
  }
}

function dropTriggers(connection: SqliteConnection, table: string): void {
  const triggers = connection.execute(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?`, [
    table,
  ]);
  for (const { name } of triggers.rows) {
    connection.execute(`DROP TRIGGER ${String(name)}`, []);
  }
}
