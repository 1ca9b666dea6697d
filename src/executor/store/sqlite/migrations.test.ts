import { expect, it } from 'vitest';
import { openBetterSqlite } from './connection.ts';
import { MIGRATIONS } from './migrations.ts';
import { ledgerOn } from './open-ledger.ts';

/** A ledger as the second version of the schema left it: one execution that ended, one that was under way. */
function olderLedger() {
  const connection = openBetterSqlite(':memory:');
  const run = (sql: string, ...parameters: unknown[]) => connection.execute(sql, parameters);
  run('CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT');
  for (const { version, statements } of MIGRATIONS.filter((one) => one.version <= 2)) {
    statements.forEach((statement) => run(statement));
    run('INSERT INTO schema_migration VALUES (?, 1)', version);
  }
  run(`INSERT INTO incident VALUES ('I1', 'f', 'payment', 'latency', 'open', 1, 2, NULL, NULL, '[]', '{}', 1, 2)`);
  const executions = [
    ['1', 'finished', `'recovered'`, 'done'],
    ['2', 'verifying', 'NULL', 'applied'],
  ] as const;
  for (const [id, status, outcome, phase] of executions) {
    run(`INSERT INTO plan VALUES ('P${id}', 'I1', 'h', 'p${id}', 'r', 'r', 'scale', '{"kind":"deployment","name":"x"}', '{}',
      'why', 0.9, 60, '[]', 'd', 'u', '7', 1, '{}', 'v', 1000, 10, 'approved', 20)`);
    run(`INSERT INTO execution VALUES ('E${id}', 'P${id}', 'I1', 'scale', 'deployment/x${id}', 'O${id}', '${status}',
      '${phase}', ${outcome}, 'm', 20, 30, NULL)`);
    run(`INSERT INTO execution_check VALUES ('E${id}', 1, 0, 'p99', 40, 0.5, 1)`);
  }
  return connection;
}

it('keeps what older versions stored, and hands what they left unfinished to a person', async () => {
  const ledger = await ledgerOn(olderLedger());
  expect(await ledger.read.executions.find('E1')).toMatchObject({
    status: 'finished',
    outcome: 'recovered',
    steps: [],
    checks: [{ name: 'p99', value: 0.5, passed: true }],
  });
  expect(await ledger.read.executions.find('E2')).toMatchObject({ status: 'needs-human', outcome: null });
  expect(await ledger.read.executions.active()).toEqual([]);
  expect((await ledger.read.plans.find('P1'))?.record).toMatchObject({ steps: [], onFailure: 'notify' });
  await ledger.close();
});

it('protects what it stores: no execution, step or content of a plan can be taken away', async () => {
  const connection = olderLedger();
  const ledger = await ledgerOn(connection);
  expect(() => connection.execute('DELETE FROM execution', [])).toThrow(/append-only/);
  expect(() => connection.execute(`UPDATE plan SET steps = '[1]'`, [])).toThrow(/fixed/);
  await ledger.close();
});

it('keeps the events of a run, and its end', async () => {
  const connection = openBetterSqlite(':memory:');
  const ledger = await ledgerOn(connection);
  const run = (sql: string) => connection.execute(sql, []);
  run(`INSERT INTO run VALUES ('R1', 'f', 1, 's', '{}', 'watch', 'w', NULL, 'running', '', 1, NULL, NULL, 0, 0, NULL)`);
  run(`INSERT INTO run_event VALUES ('R1', 1, '{}', 2)`);
  run(`UPDATE run SET status = 'finished'`);
  expect(() => run('DELETE FROM run_event')).toThrow(/append-only/);
  expect(() => run(`UPDATE run_event SET event = '[]'`)).toThrow(/append-only/);
  expect(() => run(`UPDATE run SET status = 'failed'`)).toThrow(/over/);
  expect(() => run(`UPDATE run SET service = 'x'`)).toThrow(/fixed/);
  expect(() => run('DELETE FROM run')).toThrow(/append-only/);
  await ledger.close();
});

it('finds incidents of older versions, and keeps the end of an alert and its incident', async () => {
  const connection = olderLedger();
  connection.execute(`UPDATE incident SET report = '{"hypotheses":[{"service":"Orders-DB"}]}'`, []);
  const ledger = await ledgerOn(connection);
  const { incidents } = ledger.read;
  expect((await incidents.list({ limit: 5 }, { q: 'orders-db' })).items).toMatchObject([{ id: 'I1', origin: 'watch' }]);
  const run = (sql: string) => connection.execute(sql, []);
  run(`INSERT INTO alert VALUES ('A1', 'f', 1, 'resolved', 'n', NULL, '', '', '{}', 2, 3, 'I1')`);
  expect(() => run(`UPDATE alert SET status = 'firing'`)).toThrow(/resolved/);
  expect(() => run(`UPDATE alert SET incident_id = NULL`)).toThrow(/belongs/);
  expect(() => run(`INSERT INTO alert VALUES ('A2', 'f', 1, 'firing', 'n', NULL, '', '', '{}', 2, 3, NULL)`)).toThrow(
    /UNIQUE/
  );
  await ledger.close();
});
