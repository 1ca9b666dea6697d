import { describe, expect, it } from 'vitest';
import { datasourceSettingsSchema, type ChangeSettings } from '#contracts';
import type { LogLine } from '#model';
import { type GrafanaClient, type LokiClient, TelemetryError } from '#telemetry';
import { fakePrometheus } from '../testing/fake-prometheus.ts';
import { ChangeInbox } from './change-inbox.ts';
import { ChangeSource } from './change-source.ts';

const AT = 1_700_000_000_000;
const WINDOW = { fromMs: AT - 3_600_000, toMs: AT };

function makeSource(settings: Partial<ChangeSettings> = {}, upstreams: { readonly loki?: LokiClient } = {}) {
  const state = { lokiDown: false };
  const line = JSON.stringify({ kind: 'deploy', service: 'order', summary: 'order 2', version: '2' });
  const loki = {
    queryLines: async (): Promise<LogLine[]> => {
      if (state.lokiDown) {
        throw new TelemetryError('loki', 'unreachable');
      }
      return [{ atMs: AT - 60_000, line, labels: {} }];
    },
  } as unknown as LokiClient;
  const grafana = {
    annotations: async () => [
      { atMs: AT - 50_000, text: 'Deployed', tags: ['deploy', 'order'], url: 'https://ci/2' },
      { atMs: AT - 40_000, text: 'Flag on', tags: ['flag', 'service:cart'] },
    ],
  } as unknown as GrafanaClient;
  const prometheus = fakePrometheus();
  const inbox = new ChangeInbox();
  const source = new ChangeSource({
    upstreams: { loki, grafana, prometheus: prometheus.client, ...upstreams },
    settings: { ...datasourceSettingsSchema.parse({ prometheus: { url: 'http://p' } }).changes, ...settings },
    namespace: undefined,
    inbox,
    services: () => new Set(['order']),
  });
  return { source, state, prometheus, inbox };
}

describe('the changes of a datasource', () => {
  it('come from every source, each once', async () => {
    const { source, inbox } = makeSource();
    inbox.add([{ service: 'order', kind: 'deploy', summary: 'CI: order 2', version: '2', atMs: AT - 55_000 }], AT);
    expect(await source.read(WINDOW)).toEqual({
      changes: [
        {
          atMs: AT - 60_000,
          kind: 'deploy',
          service: 'order',
          summary: 'CI: order 2',
          version: '2',
          url: 'https://ci/2',
          sources: ['grafana-annotation', 'loki', 'webhook'],
        },
        { atMs: AT - 40_000, kind: 'flag', service: 'cart', summary: 'Flag on', sources: ['grafana-annotation'] },
      ],
      gaps: [],
    });
  });

  it('of a source that is away are a gap, the others stay', async () => {
    const { source, state, prometheus } = makeSource();
    state.lokiDown = true;
    prometheus.failing = /kube_/;
    const { announced, failed, gaps } = await source.readAnnouncements(WINDOW);
    expect([...failed].sort()).toEqual(['kubernetes', 'loki']);
    expect(announced.map(({ source: from }) => from)).toEqual(['grafana-annotation', 'grafana-annotation']);
    expect(gaps.map((gap) => gap.source).sort()).toEqual(['loki:change-events', 'prometheus:kubernetes-changes']);
  });

  it('are not taken from what is switched off', async () => {
    const { source, inbox, prometheus } = makeSource({ kubernetes: false, webhook: false, annotationTags: [] });
    inbox.add([{ service: 'order', kind: 'scale', summary: 'to 5', atMs: AT - 55_000 }], AT);
    prometheus.failing = /./;
    const { announced, gaps } = await source.readAnnouncements(WINDOW);
    expect(announced.map(({ source: from }) => from)).toEqual(['loki']);
    expect(gaps).toEqual([]);
  });

  it('end when the caller goes away, and are a gap when they take too long', async () => {
    const loki = {
      queryLines: (_query: string, { signal }: { readonly signal?: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          const end = (): void => reject(new TelemetryError('loki', 'cancelled'));
          signal?.addEventListener('abort', end);
          if (signal?.aborted) {
            end();
          }
        }),
    } as unknown as LokiClient;
    const { source } = makeSource({}, { loki });
    await expect(source.readAnnouncements(WINDOW, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const { failed } = await source.readAnnouncements(WINDOW, undefined, AbortSignal.timeout(1));
    expect([...failed]).toEqual(['loki']);
  });
});
