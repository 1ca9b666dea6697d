import { describe, expect, it } from 'vitest';
import type { RunStreamLine } from '#contracts';
import { type FakeAnswer, fakeHttp } from '../testing/fake-http.ts';
import { createBackendClient } from './backend-client.ts';

const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const WAITING = { kind: 'waiting', ahead: 2 };

async function stream(answer: FakeAnswer) {
  const { http, requests } = fakeHttp(() => answer);
  const lines: RunStreamLine[] = [];
  const problem = await createBackendClient('uid/1', http)
    .runs.stream('01RUN', 7, (item) => lines.push(item))
    .then(
      () => undefined,
      (error: unknown) => (error as { problem?: { code?: string } }).problem
    );
  return { lines, problem, requests };
}

describe('stream of a run', () => {
  it('tells each line once, wherever the chunks are cut, from after the number', async () => {
    const text = line(WAITING) + line({ kind: 'problem', problem: { source: 'executor', reason: 'ä' } });
    const bytes = [text.slice(0, 9), text.slice(9, 40), text.slice(40)];
    const { lines, requests } = await stream({ chunks: bytes });
    expect(lines.map(({ kind }) => kind)).toEqual(['waiting', 'problem']);
    expect(requests[0]).toMatchObject({
      url: '/api/datasources/uid/uid%2F1/resources/runs/01RUN/stream',
      method: 'GET',
      params: { after: 7 },
    });
  });

  it('leaves out what is no line of a run, and takes the end of the stream as it comes', async () => {
    const { lines, problem } = await stream({ chunks: ['<html>\n', 'null\n', line({ kind: 'news' }), line(WAITING)] });
    expect([lines, problem]).toEqual([[WAITING], undefined]);
  });

  it.each<[string, FakeAnswer, string]>([
    [
      'an error status with a body',
      { chunks: [line({ code: 'CAUSEWAY_NOT_FOUND', message: 'm', remedy: 'r' })], status: 404 },
      'CAUSEWAY_NOT_FOUND',
    ],
    ['an error status with HTML', { chunks: ['<html>'], status: 502 }, 'CAUSEWAY_APP_BACKEND_UNREACHABLE'],
    ['nobody', { status: 0 }, 'CAUSEWAY_APP_BACKEND_UNREACHABLE'],
  ])('turns %s into a problem', async (_name, answer, code) => {
    expect((await stream(answer)).problem).toMatchObject({ code, remedy: expect.stringMatching(/./) as string });
  });

  it('ends the request when nobody wants it any more', async () => {
    const { http, state } = fakeHttp(() => 'silence');
    const controller = new AbortController();
    const running = createBackendClient('u', http).runs.stream('r', 0, () => undefined, controller.signal);
    expect(state.open).toBe(1);
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(state.open).toBe(0);
  });
});

describe('the language model', () => {
  it('is asked to look further without an empty hint, and the last line is the end', async () => {
    const { http, requests } = fakeHttp(() => ({
      chunks: [line({ kind: 'turn', turn: 1, mayUseTools: true, elapsedMs: 1 }), line({ kind: 'off' })],
    }));
    const told: string[] = [];
    const subject = { kind: 'incident', id: 'I' } as const;
    const end = await createBackendClient('u', http).model.investigate(subject, '', ({ kind }) => told.push(kind));
    expect([told, end]).toEqual([['turn'], { kind: 'off' }]);
    expect(requests[0]?.data).toEqual({ subject });
  });

  it('that was cut off is a problem', async () => {
    const { http } = fakeHttp(() => ({ chunks: [] }));
    const subject = { kind: 'incident', id: 'I' } as const;
    await expect(createBackendClient('u', http).model.investigate(subject, 'x', () => undefined)).rejects.toMatchObject(
      { problem: { code: 'CAUSEWAY_APP_STREAM_BROKEN' } }
    );
  });
});
