import { afterEach, describe, expect, it } from 'vitest';
import { openBetterSqlite } from '../store/sqlite/connection.ts';
import { ledgerOn } from '../store/sqlite/open-ledger.ts';
import type { Harness } from '../testing/harness.ts';
import { makeHarness, proposal } from '../testing/harness.ts';

let harness: Harness;
afterEach(() => harness.stop());

async function withIncident() {
  const connection = openBetterSqlite(':memory:');
  harness = await makeHarness({ ledger: await ledgerOn(connection) });
  const incident = await harness.openIncident();
  await harness.propose(incident.id);
  return { connection, incident };
}
const verify = async () => (await harness.call('GET', '/v1/audit/verify', await harness.callers.backend('read'))).json;

describe('the audit table', () => {
  it.each([
    "UPDATE audit SET actor = 'x'",
    'DELETE FROM audit',
    'DELETE FROM plan',
    "UPDATE plan SET parameters = '{}'",
  ])('does not take %s', async (statement) => {
    const { connection } = await withIncident();
    expect(() => connection.execute(statement, [])).toThrow(/append-only|content of a plan is fixed/);
    expect(await verify()).toMatchObject({ ok: true });
  });

  it.each([
    ['changed', ['DROP TRIGGER audit_no_update', "UPDATE audit SET actor = 'mallory' WHERE sequence = 1"], 1],
    ['not JSON any more', ['DROP TRIGGER audit_no_update', "UPDATE audit SET details = '{' WHERE sequence = 2"], 2],
    ['removed from the middle', ['DROP TRIGGER audit_no_delete', 'DELETE FROM audit WHERE sequence = 1'], 1],
  ])('makes the executor read-only when an entry was %s', async (_, statements, brokenAt) => {
    const { connection, incident } = await withIncident();
    for (const statement of statements) {
      connection.execute(statement, []);
    }
    expect(await verify()).toMatchObject({ ok: false, brokenAt });
    const person = await harness.callers.person();
    const refused = await harness.call(
      'POST',
      '/v1/plans',
      person,
      proposal(incident.id, { parameters: { replicas: 9 } })
    );
    expect(refused.json).toMatchObject({
      status: 503,
      code: 'CAUSEWAY_EXECUTOR_AUDIT_BROKEN',
      remedy: expect.stringContaining('backup'),
    });
    expect((await harness.call('GET', '/v1/plans', person)).status).toBe(200);
    expect((await harness.call('GET', '/v1/audit', person)).status).toBe(200);
    expect((await harness.call('GET', '/healthz', {})).status).toBe(503);
    expect((await harness.call('GET', '/metrics', {})).text).toContain('causeway_executor_audit_ok 0');
  });

  it('notices that entries at the end are gone', async () => {
    const { connection } = await withIncident();
    expect(await verify()).toMatchObject({ ok: true, entries: 2 });
    connection.execute('DROP TRIGGER audit_no_delete', []);
    connection.execute('DELETE FROM audit WHERE sequence = 2', []);
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 2 });
  });

  it.each([
    ['its last entry', 'DELETE FROM audit WHERE sequence = 2', 2],
    ['all entries', 'DELETE FROM audit', 1],
  ])('notices before serving that %s went while nobody looked', async (_, statement, brokenAt) => {
    const connection = openBetterSqlite(':memory:');
    const ledger = await ledgerOn(connection);
    const entry = { atMs: 1, actor: 'a', event: 'e', subject: 's', details: {} };
    await ledger.transaction((session) => session.audit.append(entry));
    await ledger.transaction((session) => session.audit.append(entry));
    connection.execute('DROP TRIGGER audit_no_delete', []);
    connection.execute(statement, []);
    harness = await makeHarness({ ledger });
    expect(await verify()).toMatchObject({ ok: false, brokenAt });
  });

  it('is checked before serving', async () => {
    const connection = openBetterSqlite(':memory:');
    const ledger = await ledgerOn(connection);
    const entry = { atMs: 1, actor: 'a', event: 'e', subject: 's', details: {} };
    await ledger.transaction((session) => session.audit.append(entry));
    connection.execute('DROP TRIGGER audit_no_update', []);
    connection.execute("UPDATE audit SET event = 'f'", []);
    harness = await makeHarness({ ledger });
    expect((await harness.call('GET', '/healthz', {})).status).toBe(503);
  });
});

describe('a full disk', () => {
  it('starts no effect, keeps the ledger readable, and everything goes on when there is space again', async () => {
    const { connection, incident } = await withIncident();
    const person = await harness.callers.person();
    const limit = (pages: number) => connection.execute(`PRAGMA max_page_count = ${pages}`, []);
    limit(1);
    const filler = { reason: 'x'.repeat(500), frozen: false };
    let refused = await harness.call('PUT', '/v1/freeze', person, filler);
    for (let attempt = 0; refused.status === 200 && attempt < 100; attempt += 1) {
      refused = await harness.call('PUT', '/v1/freeze', person, filler);
    }
    expect(refused.json).toMatchObject({ status: 503, code: 'CAUSEWAY_EXECUTOR_LEDGER_UNWRITABLE' });
    const plan = (await harness.call('GET', '/v1/plans', person)).json.items[0];
    expect((await harness.decide(plan, 'alice')).status).toBe(503);
    expect(harness.platform.effects).toEqual([]);
    expect((await harness.call('GET', '/v1/incidents', await harness.callers.backend('read'))).status).toBe(200);
    expect((await harness.call('GET', '/healthz', {})).status).toBe(503);
    limit(100_000);
    expect((await harness.decide(plan, 'alice')).status).toBe(200);
    expect(harness.platform.effects).toHaveLength(1);
    expect((await harness.call('GET', '/healthz', {})).status).toBe(200);
    expect(await verify()).toMatchObject({ ok: true });
    expect(incident.status).toBe('open');
  });

  it('after an effect leaves the intent, and the result is recorded once there is space, without a second effect', async () => {
    const { connection, incident } = await withIncident();
    const plan = await harness.propose(incident.id, { parameters: { replicas: 7 } });
    const apply = harness.platform.apply.bind(harness.platform);
    let full = true;
    harness.platform.apply = async (request) => {
      const result = await apply(request);
      if (full) {
        connection.execute(
          'CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit BEGIN SELECT RAISE(ABORT, 1); END',
          []
        );
      }
      return result;
    };
    const reply = await harness.decide(plan, 'alice');
    expect(harness.platform.effects).toHaveLength(1);
    full = false;
    connection.execute('DROP TRIGGER full', []);
    const status = async () => {
      await harness.clock.advance(15);
      const url = `/v1/executions/${reply.json.executionId}`;
      return (await harness.call('GET', url, await harness.callers.person())).json.status;
    };
    await expect.poll(status).toBe('verifying');
    expect(harness.platform.effects).toHaveLength(1);
  });
});
