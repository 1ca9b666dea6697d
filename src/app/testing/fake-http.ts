import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { NEVER, Observable, of, throwError } from 'rxjs';
import type { HttpPort } from '../api/http.ts';

/** One answer of the fake: a value, a failure as Grafana reports it, chunks of a stream, or silence. */
export type FakeAnswer =
  | { readonly value: unknown }
  | { readonly status: number; readonly body?: unknown }
  | { readonly chunks: readonly string[]; readonly status?: number }
  | 'silence';

/** An HTTP port that answers from a function and remembers what was asked. `open` counts requests not yet ended. */
export function fakeHttp(answer: (request: BackendSrvRequest) => FakeAnswer) {
  const requests: BackendSrvRequest[] = [];
  const state = { open: 0 };
  const track = <T>(source: Observable<T>) =>
    new Observable<T>((observer) => {
      state.open += 1;
      const subscription = source.subscribe(observer);
      return () => {
        state.open -= 1;
        subscription.unsubscribe();
      };
    });
  const ask = (request: BackendSrvRequest): FakeAnswer => {
    requests.push(request);
    return answer(request);
  };
  const http: HttpPort = {
    fetch: <T>(request: BackendSrvRequest) => track(toResponse<T>(ask(request))),
    chunked: (request) => track(toChunks(ask(request))),
  };
  return { http, requests, state };
}

function toResponse<T>(answer: FakeAnswer): Observable<FetchResponse<T>> {
  if (answer === 'silence') {
    return NEVER;
  }
  if ('value' in answer) {
    return of({ ok: true, status: 200, data: answer.value } as FetchResponse<T>);
  }
  return throwError(() => ({ status: answer.status, data: 'body' in answer ? answer.body : undefined }));
}

function toChunks(answer: FakeAnswer): Observable<FetchResponse<Uint8Array | undefined>> {
  if (answer === 'silence') {
    return NEVER;
  }
  if (!('chunks' in answer)) {
    return toResponse(answer);
  }
  const status = answer.status ?? 200;
  const encode = (text: string) =>
    ({ ok: status < 400, status, data: new TextEncoder().encode(text) }) as FetchResponse<Uint8Array | undefined>;
  return of(...answer.chunks.map(encode));
}
