import { AppEvents, EventBusSrv } from '@grafana/data';
import { type BackendSrvRequest, config, setAppEvents } from '@grafana/runtime';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostBackendSrv } from './backend-srv.ts';

const backend = new HostBackendSrv();
let asked: Request[];
let answer: (request: Request) => Promise<Response> | Response;
let toasts: string[];

beforeEach(() => {
  asked = [];
  toasts = [];
  answer = () => Response.json({ ok: true });
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    const request = new Request(new URL(url, 'http://host.test'), init);
    asked.push(request);
    return answer(request);
  });
  const events = new EventBusSrv();
  for (const { name } of [AppEvents.alertSuccess, AppEvents.alertWarning, AppEvents.alertError]) {
    events.subscribe({ type: name } as never, (event: { type: string; payload: string[] }) => {
      toasts.push(`${event.type} ${event.payload.join(' ')}`.trim());
    });
  }
  setAppEvents(events);
  config.bootData = { user: { orgId: 1 } } as never;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const failWith = (status: number, message: string) => () => Response.json({ message }, { status });

describe('the HTTP client of the page', () => {
  it('sends parameters, JSON and the organisation', async () => {
    await backend.get('/api/x?a=1', { b: [2, 3], none: null });
    await backend.post('api/y', { deep: [1] });
    expect(
      asked.map((request) => [request.method, new URL(request.url).pathname + new URL(request.url).search])
    ).toEqual([
      ['GET', '/api/x?a=1&b=2&b=3'],
      ['POST', '/api/y'],
    ]);
    expect(await asked[1]!.json()).toEqual({ deep: [1] });
    expect(asked[1]!.headers.get('content-type')).toBe('application/json');
    expect(asked[1]!.headers.get('x-grafana-org-id')).toBe('1');
  });

  it.each<[string, BackendSrvRequest['responseType'], unknown]>([
    ['{"a":1}', undefined, { a: 1 }],
    ['', undefined, {}],
    ['not json', undefined, 'not json'],
    ['{"a":1}', 'text', '{"a":1}'],
  ])('reads %j as %s', async (body, responseType, expected) => {
    answer = () => new Response(body);
    expect(await backend.request({ url: '/api/x', ...(responseType ? { responseType } : {}) })).toEqual(expected);
  });

  it('rejects with status and body, and shows a toast unless it was handled', async () => {
    vi.useFakeTimers();
    answer = failWith(404, 'nothing here');
    await expect(backend.get('/api/a')).rejects.toMatchObject({ status: 404, data: { message: 'nothing here' } });
    answer = failWith(500, 'broken');
    await expect(backend.get('/api/b')).rejects.toMatchObject({ status: 500 });
    await backend.get('/api/c').catch((error: { isHandled: boolean }) => (error.isHandled = true));
    await backend.get('/api/d', undefined, undefined, { showErrorAlert: false }).catch(() => undefined);
    vi.advanceTimersByTime(100);
    expect(toasts).toEqual(['alert-warning nothing here', 'alert-error broken']);
  });

  it('says when nobody answers', async () => {
    answer = () => Promise.reject(new TypeError('connection refused'));
    await expect(backend.get('/api/x', undefined, undefined, { showErrorAlert: false })).rejects.toMatchObject({
      status: 0,
      message: 'connection refused',
    });
  });

  it('shows the message of a change that succeeded', async () => {
    answer = () => Response.json({ message: 'Saved' });
    await backend.get('/api/x');
    await backend.put('/api/x', {});
    await backend.put('/api/x', {}, { showSuccessAlert: false });
    expect(toasts).toEqual(['alert-success Saved']);
  });

  it('cancels an older request with the same id, and one that is cancelled by id', async () => {
    answer = (request) =>
      new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      });
    const first = lastValueFrom(backend.fetch({ url: '/api/x', requestId: 'R' }), { defaultValue: 'cancelled' });
    const second = lastValueFrom(backend.fetch({ url: '/api/x', requestId: 'R' }), { defaultValue: 'cancelled' });
    expect(await first).toBe('cancelled');
    backend.resolveCancelerIfExists('R');
    expect(await second).toBe('cancelled');
    expect(asked.every((request) => request.signal.aborted)).toBe(true);
  });

  it('passes a stream on in parts', async () => {
    const parts = ['{"a":1}\n', '{"b":2}\n'];
    answer = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            parts.forEach((part) => controller.enqueue(new TextEncoder().encode(part)));
            controller.close();
          },
        })
      );
    const seen = await lastValueFrom(backend.chunked({ url: '/api/x' }).pipe(toArray()));
    expect(seen.map((item) => item.data && new TextDecoder().decode(item.data))).toEqual([...parts, undefined]);
  });
});
