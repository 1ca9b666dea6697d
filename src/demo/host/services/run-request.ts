import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  DataTopic,
  LoadingState,
  type PanelData,
} from '@grafana/data';
import { type BackendSrv, getBackendSrv, toDataQueryError } from '@grafana/runtime';
import { from, Observable, type ObservableInput, type Subscriber } from 'rxjs';

/** After this long without an answer the panel shows that it is loading. */
const LOADING_AFTER_MS = 250;

/**
 * Runs one query request and reports `PanelData` as answers arrive: the newest answer per query key, an error as soon as
 * one query fails, and a cancel of what is still running when nobody listens any more.
 */
export function runRequest(
  datasource: DataSourceApi,
  request: DataQueryRequest,
  query: typeof datasource.query = (asked) => datasource.query(asked)
): Observable<PanelData> {
  return new Observable<PanelData>((out) => {
    if (request.targets.length === 0) {
      out.next(toPanelData(request, [], LoadingState.Done));
      out.complete();
      return undefined;
    }
    return subscribe(request, query, out);
  });
}

function subscribe(
  request: DataQueryRequest,
  query: (request: DataQueryRequest) => Promise<DataQueryResponse> | Observable<DataQueryResponse>,
  out: Subscriber<PanelData>
): () => void {
  const replies = new Map<string, DataQueryResponse>();
  let running = true;
  const loading = setTimeout(
    () => out.next(toPanelData(request, [...replies.values()], LoadingState.Loading)),
    LOADING_AFTER_MS
  );
  const subscription = from(query(request) as ObservableInput<DataQueryResponse>).subscribe({
    next: (reply) => {
      clearTimeout(loading);
      replies.set(reply.key ?? (reply.data[0] as DataFrame | undefined)?.refId ?? '', reply);
      const state = worstState([...replies.values()], reply);
      running = state === LoadingState.Loading || state === LoadingState.Streaming;
      out.next(toPanelData(request, [...replies.values()], state));
    },
    error: (error: unknown) => {
      clearTimeout(loading);
      running = false;
      out.next({ ...toPanelData(request, [], LoadingState.Error), error: toDataQueryError(error) });
      out.complete();
    },
    complete: () => {
      clearTimeout(loading);
      out.complete();
    },
  });
  return () => {
    clearTimeout(loading);
    subscription.unsubscribe();
    if (running) {
      cancelOnServer(request.requestId);
    }
  };
}

function worstState(replies: readonly DataQueryResponse[], newest: DataQueryResponse): LoadingState {
  return replies.some(hasFailed) ? LoadingState.Error : (newest.state ?? LoadingState.Done);
}

function hasFailed(reply: DataQueryResponse): boolean {
  return (reply.errors?.length ?? 0) > 0;
}

function toPanelData(request: DataQueryRequest, replies: readonly DataQueryResponse[], state: LoadingState): PanelData {
  const frames = replies.flatMap((reply) => reply.data as DataFrame[]);
  const isAnnotation = (frame: DataFrame): boolean => frame.meta?.dataTopic === DataTopic.Annotations;
  const errors = replies.flatMap((reply) => reply.errors ?? []);
  return {
    request,
    timeRange: request.range,
    state,
    series: frames.filter((frame) => !isAnnotation(frame)),
    annotations: frames.filter(isAnnotation),
    ...(errors[0] ? { error: errors[0], errors } : {}),
  };
}

function cancelOnServer(requestId: string): void {
  const service = getBackendSrv() as BackendSrv & { resolveCancelerIfExists?: (id: string) => void };
  service.resolveCancelerIfExists?.(requestId);
}
