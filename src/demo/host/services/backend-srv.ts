import { AppEvents } from '@grafana/data';
import {
  type BackendSrv,
  type BackendSrvRequest,
  config,
  type FetchError,
  type FetchResponse,
  getAppEvents,
} from '@grafana/runtime';
import { filter, lastValueFrom, Observable, Subject, takeUntil } from 'rxjs';

/** How long an error toast waits, so that the caller can still mark the error as handled. */
const TOAST_DELAY_MS = 50;

/** HTTP client of the page with the behaviour that plugins rely on: cancel by request id, toasts, typed errors. */
export class HostBackendSrv implements BackendSrv {
  readonly #cancelled = new Subject<string>();

  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return this.#cancellable(options, async (response, emit) => {
      const body = (await readBody(response, options.responseType)) as T;
      emit(toFetchResponse(response, body, options));
    });
  }

  chunked(options: BackendSrvRequest): Observable<FetchResponse<Uint8Array | undefined>> {
    return this.#cancellable(options, async (response, emit) => {
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        emit(toFetchResponse<Uint8Array | undefined>(response, part.value, options));
      }
      emit(toFetchResponse<Uint8Array | undefined>(response, undefined, options));
    });
  }

  resolveCancelerIfExists(requestId: string): void {
    this.#cancelled.next(requestId);
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    try {
      const response = await lastValueFrom(this.fetch<T>(options));
      showSuccess(options, response.data);
      return response.data;
    } catch (error) {
      showError(options, error as FetchError<{ message?: string; error?: string } | null>);
      throw error;
    }
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return lastValueFrom(this.fetch<T>(options));
  }

  get<T>(
    url: string,
    params?: BackendSrvRequest['params'],
    requestId?: string,
    options?: Partial<BackendSrvRequest>
  ): Promise<T> {
    return this.request<T>({
      ...options,
      method: 'GET',
      url,
      ...(params === undefined ? {} : { params }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'DELETE', url, data });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'POST', url, data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'PUT', url, data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'PATCH', url, data });
  }

  #cancellable<T>(
    options: BackendSrvRequest,
    read: (response: Response, emit: (response: FetchResponse<T>) => void) => Promise<void>
  ): Observable<FetchResponse<T>> {
    const { requestId } = options;
    if (requestId) {
      this.#cancelled.next(requestId);
    }
    const reply = new Observable<FetchResponse<T>>((out) => {
      const abort = new AbortController();
      options.abortSignal?.addEventListener('abort', () => abort.abort(), { once: true });
      const run = async (): Promise<void> => {
        const response = await fetch(toUrl(options), toInit(options, abort.signal));
        if (!response.ok) {
          throw await toFetchError(response, options);
        }
        await read(response, (next) => out.next(next));
        out.complete();
      };
      run().catch((error: unknown) => out.error(describeFailure(error, options)));
      return () => abort.abort();
    });
    return requestId ? reply.pipe(takeUntil(this.#cancelled.pipe(filter((id) => id === requestId)))) : reply;
  }
}

function toUrl(options: BackendSrvRequest): string {
  const base = /^(https?:)?\/\//.test(options.url)
    ? options.url
    : `${config.appSubUrl}/${options.url.replace(/^\//, '')}`;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.params ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined) {
        query.append(name, String(item));
      }
    }
  }
  const text = query.toString();
  return text === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${text}`;
}

function toInit(options: BackendSrvRequest, signal: AbortSignal): RequestInit {
  const { data } = options;
  const isRaw = data instanceof FormData || data instanceof Blob || typeof data === 'string';
  return {
    method: options.method ?? 'GET',
    headers: {
      Accept: 'application/json, text/plain, */*',
      'X-Grafana-Org-Id': String(config.bootData.user.orgId),
      ...(data !== undefined && !(data instanceof FormData) ? { 'Content-Type': 'application/json' } : {}),
      ...options.headers,
    },
    signal,
    credentials: options.credentials ?? 'same-origin',
    ...(data === undefined ? {} : { body: isRaw ? (data as BodyInit) : JSON.stringify(data) }),
  };
}

async function readBody(response: Response, type?: BackendSrvRequest['responseType']): Promise<unknown> {
  if (type === 'blob') {
    return response.blob();
  }
  if (type === 'arraybuffer') {
    return response.arrayBuffer();
  }
  const text = await response.text();
  if (type === 'text') {
    return text;
  }
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function toFetchResponse<T>(response: Response, data: T, options: BackendSrvRequest): FetchResponse<T> {
  const { status, statusText, ok, headers, redirected, type, url } = response;
  return { data, status, statusText, ok, headers, redirected, type, url, config: options };
}

async function toFetchError(response: Response, options: BackendSrvRequest): Promise<FetchError> {
  const data = await readBody(response);
  return { status: response.status, statusText: response.statusText, data, config: options };
}

function describeFailure(error: unknown, options: BackendSrvRequest): FetchError {
  if (typeof error === 'object' && error !== null && 'config' in error) {
    return error as FetchError;
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { status: -1, statusText: 'Request was aborted', cancelled: true, data: null, config: options };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: 0, statusText: message, message, data: { message }, config: options };
}

function showSuccess(options: BackendSrvRequest, data: unknown): void {
  const message = (data as { message?: unknown } | null)?.message;
  if (options.showSuccessAlert !== false && options.method !== 'GET' && typeof message === 'string') {
    getAppEvents().publish({ type: AppEvents.alertSuccess.name, payload: [message] });
  }
}

function showError(options: BackendSrvRequest, error: FetchError<{ message?: string; error?: string } | null>): void {
  if (error.cancelled || options.showErrorAlert === false) {
    return;
  }
  const type = error.status < 500 ? AppEvents.alertWarning.name : AppEvents.alertError.name;
  setTimeout(() => {
    if (!error.isHandled) {
      const title = error.data?.message ?? error.statusText ?? 'Request failed';
      getAppEvents().publish({ type, payload: [title, error.data?.error ?? ''] });
    }
  }, TOAST_DELAY_MS);
}
