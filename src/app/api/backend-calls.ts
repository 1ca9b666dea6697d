import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import type { Problem } from '#ui';
import { ApiError, APP_ERRORS, isCancelled } from '../errors.ts';
import { type CallOptions, drain, HttpFailure, type HttpPort, requestJson } from './http.ts';
import { LineSplitter } from './ndjson.ts';

const READ_DEADLINE_MS = 30_000;
const MAX_ERROR_BODY = 65_536;

type Request = Pick<BackendSrvRequest, 'method' | 'params' | 'data' | 'responseType'>;

/** Calls of the resources of one Causeway datasource. Every call rejects with `ApiError`, or with an AbortError when cancelled. */
export interface BackendCalls {
  ask<T>(path: string, request: Request, options?: Partial<CallOptions>): Promise<T>;
  get<T>(path: string, params: Record<string, number | string>, signal?: AbortSignal): Promise<T>;
  /** Reads JSON lines; a line that is no JSON is left out. Resolves when the stream ends, however that came. */
  lines(
    path: string,
    request: Request,
    onLine: (line: unknown) => void,
    options: { readonly signal?: AbortSignal | undefined; readonly deadlineMs: number }
  ): Promise<void>;
}

/** Calls of the datasource with this uid, through Grafana's resource proxy. */
export function createBackendCalls(datasourceUid: string, http: HttpPort): BackendCalls {
  const base = `/api/datasources/uid/${encodeURIComponent(datasourceUid)}/resources`;
  const ask: BackendCalls['ask'] = async <T>(path: string, request: Request, options: Partial<CallOptions> = {}) => {
    try {
      return await requestJson<T>(
        http,
        { url: `${base}/${path}`, ...request },
        { deadlineMs: READ_DEADLINE_MS, ...options }
      );
    } catch (error) {
      throw toBackendError(error);
    }
  };
  return {
    ask,
    get: (path, params, signal) => ask(path, { method: 'GET', params }, { signal }),
    lines: async (path, request, onLine, options) => {
      const reader = new LineReader(onLine);
      const headers = { Accept: 'application/x-ndjson', 'Content-Type': 'application/json' };
      try {
        await drain(http.chunked({ url: `${base}/${path}`, ...request, headers }), options, (part) =>
          reader.take(part)
        );
        reader.finish();
      } catch (error) {
        throw toBackendError(error);
      }
    },
  };
}

/** Cuts a stream into lines; the body of an error status is kept for its problem. */
class LineReader {
  readonly #onLine: (line: unknown) => void;
  readonly #lines = new LineSplitter();
  #failedStatus: number | undefined;
  #errorBody = '';

  constructor(onLine: (line: unknown) => void) {
    this.#onLine = onLine;
  }

  take(response: FetchResponse<Uint8Array | undefined>): void {
    if (!response.ok) {
      this.#failedStatus = response.status;
    }
    if (response.data) {
      this.#lines.push(response.data).forEach((line) => this.#accept(line));
    }
  }

  finish(): void {
    this.#lines.end().forEach((line) => this.#accept(line));
    if (this.#failedStatus !== undefined) {
      throw new HttpFailure('status', this.#failedStatus, parseJson(this.#errorBody));
    }
  }

  #accept(line: string): void {
    if (this.#failedStatus !== undefined) {
      this.#errorBody = `${this.#errorBody}${line}`.slice(0, MAX_ERROR_BODY);
      return;
    }
    const value = parseJson(line);
    if (value !== undefined) {
      this.#onLine(value);
    }
  }
}

function toBackendError(error: unknown): Error {
  if (error instanceof ApiError || isCancelled(error)) {
    return error as Error;
  }
  if (error instanceof RangeError) {
    return new ApiError(APP_ERRORS.STREAM_TOO_LARGE, { cause: error });
  }
  if (error instanceof HttpFailure) {
    const fallback = error.kind === 'timeout' ? APP_ERRORS.BACKEND_TIMEOUT : APP_ERRORS.BACKEND_UNREACHABLE;
    const problem: Problem = { ...fallback, ...pickProblem(error.body) };
    return new ApiError(problem, { cause: error, status: error.status });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The fields of a `ResourceError` that are there and are text. */
function pickProblem(body: unknown): Partial<Problem> {
  const shape = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return Object.fromEntries(
    (['code', 'message', 'remedy'] as const).flatMap((key) => {
      const value = shape[key];
      return typeof value === 'string' && value !== '' ? [[key, value]] : [];
    })
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
