import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../store/ledger.ts';
import { openSqliteLedger } from '../store/sqlite/open-ledger.ts';
import { AnchorError, anchorFile, readAnchors } from './anchor.ts';
import { auditGuard } from './guard.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let folder: string;
let file: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-anchor-'));
  file = path.join(folder, 'anchors.jsonl');
  ledger = await openSqliteLedger(':memory:');
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const add = (count: number, to = ledger, actor = 'a') =>
  to.transaction(async ({ audit }) => {
    for (let i = 0; i < count; i += 1) {
      await audit.append({ atMs: i, actor, event: 'e', subject: String(i), details: {} });
    }
  });

async function anchoredGuard(on = ledger) {
  const guard = auditGuard(on, anchorFile(file, pem));
  return { guard, verified: await guard.verify() };
}

describe('the anchors of the audit', () => {
  it('say where the chain stood, only when it has grown', async () => {
    const { guard } = await anchoredGuard();
    await guard.anchor(5);
    await add(3);
    await guard.anchor(10);
    await guard.anchor(11);
    await add(1);
    await guard.anchor(20);
    const anchors = readAnchors(
      readFileSync(file, 'utf8'),
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
    );
    expect(anchors.map(({ sequence, atMs }) => [sequence, atMs])).toEqual([
      [3, 10],
      [4, 20],
    ]);
    expect((await anchoredGuard()).verified).toMatchObject({ ok: true, entries: 4 });
  });

  it('notice a ledger that was replaced by a shorter or another one, though its own chain holds', async () => {
    const { guard } = await anchoredGuard();
    await add(3);
    await guard.anchor(10);
    const shorter = await openSqliteLedger(':memory:');
    await add(2, shorter);
    expect((await anchoredGuard(shorter)).verified).toMatchObject({ ok: false, brokenAt: 3 });
    const other = await openSqliteLedger(':memory:');
    await add(5, other, 'somebody else');
    expect((await anchoredGuard(other)).verified).toMatchObject({ ok: false, brokenAt: 3 });
    await Promise.all([shorter.close(), other.close()]);
  });

  it('write nothing while the chain is broken', async () => {
    await add(3);
    await (await anchoredGuard()).guard.anchor(10);
    const other = await openSqliteLedger(':memory:');
    await add(5, other, 'somebody else');
    await (await anchoredGuard(other)).guard.anchor(20);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    await other.close();
  });

  it('survive a line that a crash cut off', async () => {
    await add(1);
    await (await anchoredGuard()).guard.anchor(10);
    appendFileSync(file, '{"sequence":2');
    const { guard, verified } = await anchoredGuard();
    expect(verified.ok).toBe(true);
    await add(1);
    await guard.anchor(20);
    expect(
      anchorFile(file, pem)
        .read()
        .map(({ sequence }) => sequence)
    ).toEqual([1, 2]);
  });

  it.each([
    ['is no anchor', 'x\n'],
    ['is no anchor', '{"sequence":1}\n'],
    ['is not signed', `${JSON.stringify({ sequence: 1, hash: 'a'.repeat(64), atMs: 1, signature: 'A'.repeat(86) })}\n`],
  ])('refuse a line that %s', (reason, text) => {
    writeFileSync(file, text);
    expect(() => anchorFile(file, pem).read()).toThrow(new RegExp(`line 1 ${reason}`));
  });

  it('need an Ed25519 key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(() => anchorFile(file, other.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(AnchorError);
  });
});
