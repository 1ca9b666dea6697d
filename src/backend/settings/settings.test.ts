import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PluginContext } from '../grpc/messages.ts';
import { createUpstreams } from '../upstreams/upstreams.ts';
import { parseSettings } from './parse-settings.ts';
import { readSettingsFile } from './settings-file.ts';
import { readSnapshot, snapshotKey } from './snapshot.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function context(jsonData: object, secrets: Record<string, string> = {}, lastUpdatedMS = 1): PluginContext {
  const dataSourceInstanceSettings = {
    uid: 'u',
    name: 'n',
    jsonData: Buffer.from(JSON.stringify(jsonData)),
    decryptedSecureJsonData: secrets,
    lastUpdatedMS,
  };
  return { orgId: 1, pluginId: 'p', user: null, dataSourceInstanceSettings, namespace: '', userAgent: '' };
}

describe('settings', () => {
  it('come with the call; a new version has a new key', () => {
    const snapshot = readSnapshot(context({ prometheus: { url: 'http://p' } }, { prometheusSecret: 's', other: 'x' }));
    expect(snapshot).toMatchObject({ uid: 'u', secrets: { prometheusSecret: 's' } });
    expect(snapshot.secrets).not.toHaveProperty('other');
    expect(snapshotKey(context({}, {}, 2))).not.toBe(snapshot.key);
  });

  it('may carry what Grafana keeps in every data source', () => {
    expect(parseSettings('{"prometheus":{"url":"http://p"},"pdcInjected":false}').prometheus.url).toBe('http://p');
  });

  it.each([
    ['', /prometheus/],
    ['{', /not JSON/],
    ['[]', /not an object/],
    ['{"prometheus":{"url":"ftp://p"}}', /setting prometheus\.url/],
    ['{"prometheus":{"url":"http://p","typo":1}}', /setting prometheus\.typo/],
    ['{"prometheus":{"url":"http://p"},"watch":{"detectSeconds":1}}', /setting watch\.detectSeconds/],
  ])('name the field that is wrong in %s', (jsonData, message) => {
    expect(() => parseSettings(jsonData)).toThrow(message);
  });

  it.each([
    [{ prometheus: { url: 'http://p', auth: 'basic' } }, { prometheusSecret: 's' }, /prometheus\.user/],
    [{ prometheus: { url: 'http://p', auth: 'header' } }, { prometheusSecret: 's' }, /prometheus\.headerName/],
    [{ prometheus: { url: 'http://p' }, loki: { url: 'http://l', auth: 'bearer' } }, {}, /lokiSecret/],
    [{ prometheus: { url: 'http://p' }, executor: { url: 'http://e' } }, {}, /executorSigningKey/],
    [
      { prometheus: { url: 'http://p' }, executor: { url: 'http://e' } },
      { executorSigningKey: 'no key' },
      /executorSigningKey/,
    ],
    [{ prometheus: { url: 'https://p' } }, { prometheusCa: 'no certificate' }, /CA/],
  ])('name what is missing in %j', (jsonData, secrets, message) => {
    expect(() => createUpstreams(readSnapshot(context(jsonData, secrets as Record<string, string>)))).toThrow(message);
  });
});

describe('the settings file', () => {
  const write = (content: string): string => {
    const file = path.join(folder, 'settings.json');
    writeFileSync(file, content);
    return file;
  };

  it('gives settings before the first call', () => {
    const file = write('{"jsonData":{"prometheus":{"url":"http://p"}},"secureJsonData":{"llmApiKey":"k"}}');
    expect(readSettingsFile(file)).toMatchObject({ uid: 'settings-file', secrets: { llmApiKey: 'k' } });
  });

  it.each([
    ['{', /not JSON/],
    ['{"jsonData":{},"password":"hunter2"}', /whole file is missing or wrong/],
    ['{"jsonData":{"prometheus":{}}}', /prometheus\.url/],
  ])('is refused without showing its content: %s', (content, message) => {
    const file = write(content);
    expect(() => readSettingsFile(file)).toThrow(message);
    expect(() => readSettingsFile(file)).not.toThrow(/hunter2/);
  });

  it('is refused when it is not there', () => {
    expect(() => readSettingsFile(path.join(folder, 'none.json'))).toThrow(/cannot be read/);
  });
});
