import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertLedger, createAlertLedger } from './alert-ledger.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const signingKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const alert = { id: 'A', name: 'n', service: null, startsAtMs: 1, receivedMs: 2, incidentId: null, more: 'x' };

let server: Server;
let ledger: AlertLedger;
let seen: string[] = [];
let reply: object;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`.trim());
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ledger = createAlertLedger({ url, signingKeyPem, timeoutSeconds: 5 });
});
afterAll(() => void server.close());
beforeEach(() => {
  seen = [];
});

describe('the alerts of the executor', () => {
  it('that wait are read, a few pages at most', async () => {
    reply = { items: [alert, alert], nextCursor: ULID };
    expect(await ledger.listWaiting()).toHaveLength(6);
    expect(seen).toEqual([
      'GET /v1/alerts?status=firing&linked=false&limit=100',
      `GET /v1/alerts?status=firing&linked=false&limit=100&cursor=${ULID}`,
      `GET /v1/alerts?status=firing&linked=false&limit=100&cursor=${ULID}`,
    ]);
    reply = { items: [], nextCursor: null };
    expect(await ledger.listWaiting()).toEqual([]);
  });

  it('are told their incident', async () => {
    reply = { ...alert, incidentId: ULID };
    expect(await ledger.link('A/..', ULID)).toMatchObject({ id: 'A', incidentId: ULID });
    expect(seen).toEqual([`PUT /v1/alerts/A%2F../incident {"incidentId":"${ULID}"}`]);
  });

  it.each([
    ['no list', {}],
    ['an alert without a start', { items: [{ ...alert, startsAtMs: null }], nextCursor: null }],
    ['an alert whose service is no text', { items: [{ ...alert, service: 7 }], nextCursor: null }],
  ])('are not taken from %s', async (_, answer) => {
    reply = answer;
    await expect(ledger.listWaiting()).rejects.toMatchObject({ code: 'CAUSEWAY_EXECUTOR_BAD_REPLY' });
  });
});
