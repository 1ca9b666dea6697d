import { describe, expect, it } from 'vitest';
import { changeGroup, changeUpstream, checkDatasourceSettings, readNumber } from './settings-draft.ts';

const PROMETHEUS = { url: 'http://prometheus:9090', auth: 'none', timeoutSeconds: 20 } as const;

describe('checkDatasourceSettings', () => {
  it('accepts the smallest valid settings, and keys of Grafana beside ours', () => {
    expect(checkDatasourceSettings({ prometheus: PROMETHEUS })).toEqual({});
    expect(checkDatasourceSettings({ prometheus: PROMETHEUS, authType: 'x', pdcInjected: false } as never)).toEqual({});
  });

  it.each([
    [{}, 'prometheus.url'],
    [{ prometheus: { ...PROMETHEUS, url: 'prometheus:9090' } }, 'prometheus.url'],
    [{ prometheus: PROMETHEUS, loki: { ...PROMETHEUS, url: 'x' } }, 'loki.url'],
    [{ prometheus: { ...PROMETHEUS, headerName: 'a b' } }, 'prometheus.headerName'],
    [{ prometheus: { ...PROMETHEUS, timeoutSeconds: 0 } }, 'prometheus.timeoutSeconds'],
    [{ prometheus: PROMETHEUS, watch: { detectSeconds: 1 } }, 'watch.detectSeconds'],
    [{ prometheus: PROMETHEUS, llm: { baseUrl: 'x' } }, 'llm.baseUrl'],
    [{ prometheus: PROMETHEUS, namespace: 'n'.repeat(64) }, 'namespace'],
  ])('names the field of %j', (jsonData, field) => {
    expect(checkDatasourceSettings(jsonData as never)).toEqual({ [field]: expect.stringMatching(/./) as string });
  });
});

describe('changes', () => {
  it('keep the rest, and drop an upstream whose URL is emptied', () => {
    const both = changeUpstream({ prometheus: PROMETHEUS }, 'loki', { url: 'http://loki:3100' });
    expect(both).toEqual({ prometheus: PROMETHEUS, loki: { url: 'http://loki:3100' } });
    expect(changeUpstream(both, 'loki', { url: ' ' })).toEqual({ prometheus: PROMETHEUS });
  });

  it('fall back to the default when a field is emptied', () => {
    expect(
      changeGroup(
        { watch: { enabled: true, collectSeconds: 15, detectSeconds: 30, historyMinutes: 180, fitHour: 3 } },
        'watch',
        {
          detectSeconds: readNumber('') as never,
        }
      ).watch
    ).toEqual({ enabled: true, collectSeconds: 15, historyMinutes: 180, fitHour: 3 });
    expect(readNumber('30')).toBe(30);
  });
});
