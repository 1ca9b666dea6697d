import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadEndpoints } from '../../../src/executor/outbound/endpoints.ts';
import { resolveHost } from '../../../src/executor/outbound/resolve-host.ts';
import { sendRequest } from '../../../src/executor/outbound/send-request.ts';
import { fakeReceiver } from '../../../src/executor/outbound/testing/fake-receiver.ts';
import { FORBIDDEN_ANSWERS, FORBIDDEN_HOSTS } from '../../../src/executor/outbound/testing/ssrf.ts';
import type { Attacks } from './attacks.ts';

const TARGET = { method: 'POST', headers: {}, timeoutMs: 3000, maxBytes: 1000, allowPrivate: false } as const;

/** Addresses that lead inside, as settings, as answers of a name service, by a redirect, by a second answer. */
export async function attackOutbound(attacks: Attacks): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-abuse-'));
  const file = path.join(folder, 'endpoints.json');
  const load = (endpoint: object) => {
    writeFileSync(file, JSON.stringify({ endpoints: { hook: endpoint } }));
    return loadEndpoints(file);
  };
  for (const host of FORBIDDEN_HOSTS) {
    await attacks.try('ssrf', `setting https://${host}/`, () => {
      assert.throws(() => load({ url: `https://${host}/` }));
    });
    await attacks.try('ssrf', `connection to ${host}`, () =>
      assert.rejects(async () => resolveHost(new URL(`https://${host}/`).hostname, false))
    );
  }
  for (const url of [
    'http://hooks.test/',
    'file:///etc/passwd',
    'gopher://hooks.test/',
    'ftp://hooks.test/',
    'data:,x',
    'https://user:pass@hooks.test/',
    '//hooks.test',
    'https://',
    '',
  ]) {
    await attacks.try('ssrf', `setting ${url}`, () => {
      assert.throws(() => load({ url }));
    });
  }
  for (const answers of FORBIDDEN_ANSWERS) {
    await attacks.try('ssrf', `name that leads to ${answers.join(', ')}`, async () => {
      const resolve = async () => answers.map((address) => ({ address, family: 4 }));
      const reply = await sendRequest({ ...TARGET, url: new URL('https://hooks.test/') }, '{}', undefined, resolve);
      assert.equal(reply.kind, 'blocked');
    });
  }
  await attacks.try('ssrf', 'name with another answer the second time', rebinding);
  for (const status of [301, 302, 303, 307, 308]) {
    await attacks.try('ssrf', `redirect with ${status}`, () => redirect(status));
  }
  await attacks.try('ssrf', 'answer without end', endless);
  rmSync(folder, { recursive: true });
}

async function rebinding(): Promise<void> {
  const server = await fakeReceiver();
  const { port } = new URL(server.url);
  let asked = 0;
  const resolve = async () => [{ address: (asked += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
  const target = { ...TARGET, allowPrivate: true, url: new URL(`http://hooks.test:${port}/`) };
  await sendRequest(target, '{}', undefined, resolve);
  await server.close();
  assert.equal(asked, 1, 'the name was asked again after it was checked');
}

async function redirect(status: number): Promise<void> {
  const inside = createServer((_, response) => response.end('secret'));
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  let reached = false;
  inside.on('request', () => (reached = true));
  const server = await fakeReceiver();
  server.answer({ status, headers: { location: `http://127.0.0.1:${(inside.address() as AddressInfo).port}/` } });
  await sendRequest({ ...TARGET, allowPrivate: true, url: new URL(server.url) }, '{}');
  await server.close();
  inside.close();
  assert.equal(reached, false, 'the redirect was followed');
}

async function endless(): Promise<void> {
  const server = await fakeReceiver();
  server.answer('endless');
  const reply = await sendRequest({ ...TARGET, allowPrivate: true, url: new URL(server.url) }, '{}');
  await server.close();
  assert.ok(reply.kind !== 'answered' || reply.text.length <= TARGET.maxBytes);
}
