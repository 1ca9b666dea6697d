import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { DEFAULT_POLICY, policyVersion } from './policy.ts';

let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-config-'));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  file('short', 'abc');
  file('placeholder', 'please-change-me-1234');
  file('empty', '');
  file('alerts', 'z5Yt7rQw2eUi9oPa4sDf\n');
  env = {
    CAUSEWAY_LEDGER: path.join(folder, 'ledger.sqlite'),
    CAUSEWAY_PROMETHEUS_URL: 'http://127.0.0.1:9090/',
    CAUSEWAY_PLATFORM_URL: 'http://127.0.0.1:8080/shop/v1',
    CAUSEWAY_GRAFANA_KEYS: 'http://127.0.0.1:3000/api/signing-keys/keys',
    CAUSEWAY_BACKEND_KEY_FILE: file('key', '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n'),
    CAUSEWAY_PROXY_TOKEN_FILE: file('proxy', 'q8Jm3vXkR2tY7wZ1bN5c\n'),
    CAUSEWAY_PLATFORM_TOKEN_FILE: file('platform', 'h4Gd9sLpW6eF0uA3iO8r'),
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('settings', () => {
  it('have defaults for everything that is no address or secret', () => {
    expect(readConfig(env)).toMatchObject({
      host: '127.0.0.1',
      port: 8090,
      prometheusUrl: 'http://127.0.0.1:9090',
      grafanaAudience: 'org:1',
      proxyToken: 'q8Jm3vXkR2tY7wZ1bN5c',
      policy: DEFAULT_POLICY,
      clockUrl: undefined,
      alertToken: undefined,
    });
  });

  it('change the policy, and with it the policy version', () => {
    const { policy } = readConfig({
      ...env,
      CAUSEWAY_APPROVAL_TTL_SECONDS: '60',
      CAUSEWAY_PEAK_HOURS: '',
      CAUSEWAY_TIME_ZONE: 'Europe/Berlin',
      CAUSEWAY_VERIFY_PASSES: '5',
    });
    expect(policy).toMatchObject({ approvalTtlSeconds: 60, peakHours: [], timeZone: 'Europe/Berlin' });
    expect(policy.verification.consecutivePasses).toBe(5);
    expect(policyVersion(policy)).not.toBe(policyVersion(DEFAULT_POLICY));
    expect(readConfig({ ...env, CAUSEWAY_PEAK_HOURS: '8-9, 22-24' }).policy.peakHours).toEqual([
      { fromHour: 8, toHour: 9 },
      { fromHour: 22, toHour: 24 },
    ]);
  });

  it.each([
    ['CAUSEWAY_LEDGER', undefined],
    ['CAUSEWAY_LEDGER', ':memory:'],
    ['CAUSEWAY_PROMETHEUS_URL', undefined],
    ['CAUSEWAY_PROMETHEUS_URL', 'file:///etc/passwd'],
    ['CAUSEWAY_PLATFORM_URL', 'not an address'],
    ['CAUSEWAY_CLOCK_URL', 'ftp://x'],
    ['CAUSEWAY_GRAFANA_KEYS', ' '],
    ['CAUSEWAY_PROXY_TOKEN_FILE', undefined],
    ['CAUSEWAY_PROXY_TOKEN_FILE', '/nonexistent/token'],
    ['CAUSEWAY_PROXY_TOKEN_FILE', 'FOLDER/short'],
    ['CAUSEWAY_PROXY_TOKEN_FILE', 'FOLDER/placeholder'],
    ['CAUSEWAY_PLATFORM_TOKEN_FILE', 'FOLDER/empty'],
    ['CAUSEWAY_ALERT_TOKEN_FILE', '/nonexistent/token'],
    ['CAUSEWAY_ALERT_TOKEN_FILE', 'FOLDER/placeholder'],
    ['CAUSEWAY_ALERT_TOKEN_FILE', 'FOLDER/proxy'],
    ['CAUSEWAY_EXECUTOR_PORT', '70000'],
    ['CAUSEWAY_EXECUTOR_PORT', '80.5'],
    ['CAUSEWAY_APPROVAL_TTL_SECONDS', '0'],
    ['CAUSEWAY_APPROVAL_TTL_SECONDS', 'soon'],
    ['CAUSEWAY_PEAK_HOURS', '12-10'],
    ['CAUSEWAY_PEAK_HOURS', 'always'],
    ['CAUSEWAY_TIME_ZONE', 'Mars/Olympus'],
    ['CAUSEWAY_VERIFY_PASSES', '0'],
  ])('refuse %s=%s with the name and a remedy', (name, value) => {
    const changed = { ...env, [name]: value?.replace('FOLDER', folder) };
    expect(() => readConfig(changed)).toThrow(new RegExp(`^${name} .+\\. .+\\.$`));
  });

  it('take the token of alerts from its file', () => {
    const { alertToken } = readConfig({ ...env, CAUSEWAY_ALERT_TOKEN_FILE: path.join(folder, 'alerts') });
    expect(alertToken).toBe('z5Yt7rQw2eUi9oPa4sDf');
  });

  it('never show a secret in the error', () => {
    const attempt = () => readConfig({ ...env, CAUSEWAY_PROXY_TOKEN_FILE: path.join(folder, 'placeholder') });
    expect(attempt).toThrow(expect.not.objectContaining({ message: expect.stringContaining('please-change-me') }));
  });
});
