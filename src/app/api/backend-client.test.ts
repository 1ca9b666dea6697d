import { describe, expect, it } from 'vitest';
import { report } from '../../ui/testing/records.ts';
import { type FakeAnswer, fakeHttp } from '../testing/fake-http.ts';
import { createBackendClient } from './backend-client.ts';

const REQUEST = { service: 'checkout', fromMs: 1, toMs: 2, narrate: false };
const line = (event: unknown) => `${JSON.stringify(event)}\n`;
const progress = (stage: string) => line({ type: 'progress', stage, elapsedMs: 1 });

async function analyse(answer: FakeAnswer) {
  const { http, requests } = fakeHttp(() => answer);
  const stages: string[] = [];
  const outcome = await createBackendClient('uid/1', http)
    .analyse(REQUEST, ({ stage }) => stages.push(stage))
    .then(
      (found) => ({ report: found }),
      (error: unknown) => ({ problem: (error as { problem?: { code?: string; message: string } }).problem })
    );
  return { outcome, stages, requests };
}

describe('analyse', () => {
  it('reports each stage and gives the report, wherever the chunks are cut', async () => {
    const text = progress('signals') + progress('topology') + line({ type: 'report', report: report(), elapsedMs: 9 });
    const { outcome, stages, requests } = await analyse({
      chunks: [text.slice(0, 20), text.slice(20, 70), text.slice(70)],
    });
    expect(outcome).toEqual({ report: report() });
    expect(stages).toEqual(['signals', 'topology']);
    expect(requests[0]).toMatchObject({
      url: '/api/datasources/uid/uid%2F1/resources/analyses',
      method: 'POST',
      data: REQUEST,
    });
  });

  it.each<[string, FakeAnswer, string]>([
    [
      'an error event',
      {
        chunks: [
          progress('signals'),
          line({ type: 'error', code: 'CAUSEWAY_PROM_TIMEOUT', message: 'm', remedy: 'r' }),
        ],
      },
      'CAUSEWAY_PROM_TIMEOUT',
    ],
    ['a stream that stops', { chunks: [progress('signals')] }, 'CAUSEWAY_APP_STREAM_BROKEN'],
    ['an empty stream', { chunks: [] }, 'CAUSEWAY_APP_STREAM_BROKEN'],
    ['lines that are no JSON', { chunks: ['<html>\n', 'oops\n'] }, 'CAUSEWAY_APP_STREAM_BROKEN'],
    [
      'an error status with a body',
      { chunks: [line({ code: 'CAUSEWAY_BAD', message: 'm', remedy: 'r' })], status: 400 },
      'CAUSEWAY_BAD',
    ],
    ['an error status with HTML', { chunks: ['<html>'], status: 502 }, 'CAUSEWAY_APP_BACKEND_UNREACHABLE'],
    ['nobody', { status: 0 }, 'CAUSEWAY_APP_BACKEND_UNREACHABLE'],
  ])('turns %s into a problem', async (_name, answer, code) => {
    expect((await analyse(answer)).outcome).toMatchObject({
      problem: { code, remedy: expect.stringMatching(/./) as string },
    });
  });

  it('ends the request when it is cancelled', async () => {
    const { http, state } = fakeHttp(() => 'silence');
    const controller = new AbortController();
    const running = createBackendClient('u', http).analyse(REQUEST, () => undefined, controller.signal);
    expect(state.open).toBe(1);
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(state.open).toBe(0);
  });

  it('does not begin when it was cancelled before', async () => {
    const { http, requests } = fakeHttp(() => 'silence');
    await expect(
      createBackendClient('u', http).topology({ fromMs: 0, toMs: 1 }, AbortSignal.abort())
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toHaveLength(1);
  });
});
