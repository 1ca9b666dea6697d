import type { BackendSrv, BackendSrvRequest } from '@grafana/runtime';
import type { Observable } from 'rxjs';

/** The part of Grafana's HTTP service that the clients use; tests pass a fake. */
export type HttpPort = Pick<BackendSrv, 'fetch' | 'chunked'>;

/** How a call can end badly, before it is put into words. */
export class HttpFailure extends Error {
  readonly kind: 'status' | 'unreachable' | 'timeout';
  readonly status: number;
  readonly body: unknown;

  constructor(kind: 'status' | 'unreachable' | 'timeout', status = 0, body: unknown = undefined, cause?: unknown) {
    super(`HTTP ${kind} ${status}`, { cause });
    this.name = 'HttpFailure';
    this.kind = kind;
    this.status = status;
    this.body = body;
  }
}

/** Deadline and cancel of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs: number;
}

/**
 * One JSON call through Grafana, with a deadline and without Grafana's own error toasts.
 * @throws HttpFailure, or an AbortError when `signal` fires
 */
export async function requestJson<T>(http: HttpPort, request: BackendSrvRequest, options: CallOptions): Promise<T> {
  let last: { readonly value: T } | undefined;
  await drain(
    http.fetch<T>({ ...request, showErrorAlert: false, showSuccessAlert: false, hideFromInspector: true }),
    options,
    (response) => {
      last = { value: response.data };
    }
  );
  if (!last) {
    throw new HttpFailure('unreachable');
  }
  return last.value;
}

/** Reads an observable to its end; unsubscribing aborts the request in Grafana. */
export function drain<T>(source: Observable<T>, options: CallOptions, onNext: (item: T) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal } = options;
    if (signal?.aborted) {
      reject(abortError());
      return;
    }
    const stop = () => finish(() => reject(abortError()));
    const timer = setTimeout(() => finish(() => reject(new HttpFailure('timeout'))), options.deadlineMs);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      queueMicrotask(() => subscription.unsubscribe());
      settle();
    };
    signal?.addEventListener('abort', stop);
    const subscription = source.subscribe({
      next: (item) => {
        try {
          onNext(item);
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      },
      error: (error: unknown) => finish(() => reject(toFailure(error))),
      complete: () => finish(resolve),
    });
  });
}

/** Grafana's FetchError is a plain object with `status` and `data`; status 0 or none means that nobody answered. */
function toFailure(error: unknown): HttpFailure {
  const shape = typeof error === 'object' && error !== null ? (error as { status?: unknown; data?: unknown }) : {};
  const status = typeof shape.status === 'number' ? shape.status : 0;
  return new HttpFailure(status > 0 ? 'status' : 'unreachable', status, shape.data, error);
}

function abortError(): Error {
  return new DOMException('The call was cancelled.', 'AbortError');
}
