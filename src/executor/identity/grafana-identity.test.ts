import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Callers } from '../testing/callers.ts';
import { makeCallers } from '../testing/callers.ts';
import { grafanaKeys, verifyGrafanaIdentity } from './grafana-identity.ts';

let callers: Callers;
let server: Server;
let body: string;
let status: number;
beforeEach(async () => {
  callers = await makeCallers();
  status = 200;
  body = JSON.stringify(callers.grafanaJwks);
  server = createServer((_, response) => {
    response.writeHead(status, { location: 'http://127.0.0.1:1/', 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const verify = async (login: string, claims = {}) => {
  const { port } = server.address() as AddressInfo;
  const headers = await callers.person(login, { claims });
  return verifyGrafanaIdentity(headers['x-grafana-id'] ?? '', grafanaKeys(`http://127.0.0.1:${port}/keys`), 'org:1');
};

describe('the identity of a person', () => {
  it('is read with the keys that Grafana publishes', async () => {
    expect(await verify('alice')).toMatchObject({ kind: 'person', id: 'user:alice', name: 'alice' });
  });

  it('shows no control characters of a login', async () => {
    expect(await verify('alice', { username: 'al\u202eice\n\u0000' })).toMatchObject({ name: 'al?ice??' });
  });

  it.each([
    ['are gone', () => (status = 404)],
    ['fail', () => (status = 500)],
    ['redirect', () => (status = 302)],
    ['are HTML', () => (body = '<html>')],
    ['are no key set', () => (body = '{"keys":1}')],
    ['are huge', () => (body = JSON.stringify({ keys: [], filler: 'x'.repeat(100_000) }))],
  ])('is unknown while the keys %s: unavailable, not accepted', async (_, spoil) => {
    spoil();
    await expect(verify('alice')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it('is refused when it was issued in the future, but for a small difference of clocks', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    expect(await verify('alice', { iat: nowSeconds + 2 })).toMatchObject({ name: 'alice' });
    await expect(verify('alice', { iat: nowSeconds + 60 })).rejects.toMatchObject({ code: 'IDENTITY_INVALID' });
  });

  it('is refused when no published key made the signature', async () => {
    body = JSON.stringify((await makeCallers()).grafanaJwks);
    await expect(verify('alice')).rejects.toMatchObject({ code: 'IDENTITY_INVALID' });
  });
});
