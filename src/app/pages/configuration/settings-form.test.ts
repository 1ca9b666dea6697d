import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appSettingsSchema } from '#contracts';
import { checkSettings, toJsonData, toProvisioningYaml } from './settings-form.ts';

const draft = (executorUrl: string) => ({ executorUrl, datasourceUid: ' causeway ', executorToken: '' });

describe('checkSettings', () => {
  it.each(['', 'http://executor:8080', 'https://executor.example/base/'])('accepts "%s"', (url) => {
    expect(checkSettings(draft(url))).toEqual({});
  });

  it.each([
    ['executor:8080', 'http'],
    ['executor', 'whole URL'],
    ['ftp://executor', 'http://'],
    ['http://user:secret@executor', 'user name'],
    ['http://executor/?a=1', 'after ?'],
  ])('refuses "%s" and says how to enter it', (url, words) => {
    expect(checkSettings(draft(url)).executorUrl).toContain(words);
  });
});

describe('saved settings', () => {
  it('lose the last slash and what is empty', () => {
    expect(toJsonData(draft('http://executor:8080/ '))).toEqual({
      executorUrl: 'http://executor:8080',
      datasourceUid: 'causeway',
    });
    expect(toJsonData({ executorUrl: '', datasourceUid: '', executorToken: 'x' })).toEqual({});
  });

  it('are valid as a provisioning file, which holds no secret', () => {
    const text = toProvisioningYaml(toJsonData(draft('http://executor:8080')));
    const file = parse(text) as { apps: ReadonlyArray<{ jsonData: unknown; secureJsonData: Record<string, string> }> };
    expect(appSettingsSchema.parse(file.apps[0]?.jsonData)).toEqual({
      executorUrl: 'http://executor:8080',
      datasourceUid: 'causeway',
    });
    expect(file.apps[0]?.secureJsonData.executorToken).toMatch(/^\$/);
    expect(parse(toProvisioningYaml({}))).toMatchObject({ apps: [{ jsonData: {} }] });
  });
});
