import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anchorFile } from '../../src/executor/audit/anchor.ts';
import { openSqliteLedger } from '../../src/executor/index.ts';
import { AuditArgumentError, readOptions, verifyAudit } from './verify-audit.ts';

const ENTRIES = 1500;
let folder: string;
let ledger: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  ledger = path.join(folder, 'ledger.sqlite');
  const open = await openSqliteLedger(ledger);
  await open.transaction(async ({ audit }) => {
    for (let i = 1; i <= ENTRIES; i += 1) {
      await audit.append({ atMs: i, actor: 'alice', event: 'e', subject: `s${i}`, details: { i } });
    }
  });
  await open.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const verify = (head?: string) => verifyAudit({ ledger, head, anchors: undefined, isExport: false, help: false });

/** Changes the file behind the executor's back, without the triggers that would refuse it. */
function tamper(sql: string): void {
  const database = new Database(ledger);
  database.exec('DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete');
  database.exec(sql);
  database.close();
}

describe('the audit of a file', () => {
  it('holds as it was written, over several pages', () => {
    const result = verify();
    expect(result).toMatchObject({ ok: true, entries: ENTRIES, brokenAt: null });
    expect(verify(result.head)).toEqual(result);
  });

  it.each([
    ['a changed actor', `UPDATE audit SET actor = 'bob' WHERE sequence = 700`, 700],
    ['changed details', `UPDATE audit SET details = '{"i":8}' WHERE sequence = 7`, 7],
    ['details that are no JSON', `UPDATE audit SET details = 'x' WHERE sequence = 7`, 7],
    ['a missing entry', 'DELETE FROM audit WHERE sequence = 1200', 1200],
    ['a missing beginning', 'DELETE FROM audit WHERE sequence < 10', 1],
    ['a forged hash', `UPDATE audit SET hash = '${'a'.repeat(64)}' WHERE sequence = 1001`, 1001],
  ])('is broken by %s', (_, sql, brokenAt) => {
    tamper(sql);
    expect(verify()).toMatchObject({ ok: false, brokenAt });
  });

  it('that was cut short holds, but lacks the head that was noted before', () => {
    const { head } = verify();
    tamper(`DELETE FROM audit WHERE sequence > ${ENTRIES - 5}`);
    expect(verify()).toMatchObject({ ok: true, entries: ENTRIES - 5 });
    expect(verify(head)).toMatchObject({ ok: false, brokenAt: null });
  });

  it('that was cut short lacks what was anchored', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const keyFile = path.join(folder, 'key.pem');
    writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));
    const anchors = { file: path.join(folder, 'anchors.jsonl'), keyFile };
    const options = { ledger, head: undefined, anchors, isExport: false, help: false };
    const { head } = verify();
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    anchorFile(anchors.file, pem).append({ sequence: ENTRIES, hash: head }, 1);
    expect(verifyAudit(options)).toMatchObject({ ok: true, anchors: { held: 1, stated: 1 } });
    tamper(`DELETE FROM audit WHERE sequence > ${ENTRIES - 5}`);
    expect(verifyAudit(options)).toMatchObject({ ok: false, brokenAt: null, anchors: { held: 0, stated: 1 } });
  });

  it('is printed entry by entry', () => {
    const lines: string[] = [];
    verifyAudit({ ledger, head: undefined, anchors: undefined, isExport: true, help: false }, (line) =>
      lines.push(line)
    );
    expect(lines).toHaveLength(ENTRIES);
    expect(JSON.parse(lines[6] ?? '')).toMatchObject({ sequence: 7, actor: 'alice', details: { i: 7 } });
  });

  it('writes nothing, and says when there is no ledger', () => {
    verify();
    ledger = path.join(folder, 'other.sqlite');
    expect(() => verify()).toThrow(/unable to open database file|directory/);
  });
});

it.each([
  [[], '--ledger is missing'],
  [['--ledger', 'x', '--head', 'abc'], '--head'],
  [['--ledger', 'x', '--shell'], '--shell'],
  [['--ledger', 'x', '--anchors', 'y'], '--anchors'],
])('refuses %j', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(AuditArgumentError);
  expect(() => readOptions(argv)).toThrow(message);
});
