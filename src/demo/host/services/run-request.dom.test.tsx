import {
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  DataTopic,
  type PanelData,
} from '@grafana/data';
import { type BackendSrv, setBackendSrv } from '@grafana/runtime';
import { NEVER, Observable, of, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runRequest } from './run-request.ts';

const datasource = {} as DataSourceApi;
const request = (targets = 1) =>
  ({
    requestId: 'R1',
    range: {},
    targets: Array.from({ length: targets }, (_, at) => ({ refId: `Q${at}` })),
  }) as unknown as DataQueryRequest;
const frame = (refId: string, extra: object = {}) => ({ refId, fields: [], length: 0, ...extra });

function collect(query: () => Observable<DataQueryResponse>, targets = 1) {
  const seen: PanelData[] = [];
  let isComplete = false;
  const subscription = runRequest(datasource, request(targets), query).subscribe({
    next: (data) => seen.push(data),
    complete: () => (isComplete = true),
  });
  return { seen, subscription, isComplete: () => isComplete };
}

let cancelled: string[];
beforeEach(() => {
  vi.useFakeTimers();
  cancelled = [];
  setBackendSrv({ resolveCancelerIfExists: (id: string) => cancelled.push(id) } as unknown as BackendSrv);
});
afterEach(() => vi.useRealTimers());

describe('running a request', () => {
  it('is done at once where there is nothing to ask', () => {
    const { seen, isComplete } = collect(() => NEVER, 0);
    expect(seen.map((data) => [data.state, data.series])).toEqual([['Done', []]]);
    expect(isComplete()).toBe(true);
  });

  it('keeps the newest answer per key and separates annotations', () => {
    const replies = new Subject<DataQueryResponse>();
    const { seen } = collect(() => replies);
    replies.next({ key: 'a', data: [frame('old')] });
    replies.next({ key: 'b', data: [frame('B'), frame('N', { meta: { dataTopic: DataTopic.Annotations } })] });
    replies.next({ key: 'a', data: [frame('A')] });
    expect(seen.at(-1)!.series.map((item) => item.refId)).toEqual(['A', 'B']);
    expect(seen.at(-1)!.annotations!.map((item) => item.refId)).toEqual(['N']);
  });

  it('shows an error of one query beside the data of the others', () => {
    const { seen } = collect(() => of({ data: [frame('A')], errors: [{ message: 'no such service', refId: 'B' }] }));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ state: 'Error', error: { message: 'no such service' } });
    expect(seen[0]!.series).toHaveLength(1);
  });

  it('shows an error when the request fails as a whole', () => {
    const { seen, isComplete } = collect(() => new Observable((out) => out.error(new Error('broken'))));
    expect(seen[0]).toMatchObject({ state: 'Error', error: { message: 'broken' }, series: [] });
    expect(isComplete()).toBe(true);
  });

  it('shows that it loads when the answer takes long', () => {
    const { seen, subscription } = collect(() => NEVER);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(seen.map((data) => data.state)).toEqual(['Loading']);
    subscription.unsubscribe();
  });

  it('cancels on the server what is still running, and nothing else', () => {
    collect(() => NEVER).subscription.unsubscribe();
    expect(cancelled).toEqual(['R1']);
    collect(() => of({ data: [] })).subscription.unsubscribe();
    expect(cancelled).toEqual(['R1']);
  });
});
