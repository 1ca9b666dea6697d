import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prometheusReader } from './prometheus-reader.ts';
import { manualClock } from './testing/manual-clock.ts';

let server: Server;
let answer: { status: number; body: string };
let asked: URLSearchParams;
beforeEach(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      asked = new URLSearchParams(text === '' ? request.url?.split('?')[1] : text);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const vector = (...values: string[]) => {
  const result = values.map((value, index) => ({ metric: { n: String(index) }, value: [1, value] }));
  return { status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
};
const read = () => {
  const { port } = server.address() as AddressInfo;
  const reader = prometheusReader(`http://127.0.0.1:${port}/prometheus`, manualClock(1_700_000_000_000));
  return reader.instant('up', AbortSignal.timeout(5000));
};

describe('the reader of Prometheus', () => {
  it('asks for the present of the domain clock', async () => {
    answer = vector('0.25');
    expect(await read()).toBe(0.25);
    expect(asked.get('query')).toBe('up');
    expect(Number(asked.get('time'))).toBe(1_700_000_000);
  });

  it.each([
    ['no sample', vector()],
    ['two samples', vector('1', '2')],
  ])('takes %s for no answer', async (_, reply) => {
    answer = reply;
    expect(await read()).toBeNull();
  });

  it('gives NaN as it is, for the caller to refuse', async () => {
    answer = vector('NaN');
    expect(await read()).toBeNaN();
  });

  it.each([
    ['a refused query', { status: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error"}' }],
    ['HTML', { status: 200, body: '<html>' }],
  ])('fails for %s', async (_, reply) => {
    answer = reply;
    await expect(read()).rejects.toMatchObject({ name: 'TelemetryError' });
  });
});
