import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_ENDPOINTS } from '../outbound/index.ts';
import { loadChannels } from './channels.ts';

const TOKEN = '123456:canary-of-the-bot-0123456789';
const folder = mkdtempSync(path.join(tmpdir(), 'causeway-channels-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: unknown): string {
  const name = path.join(folder, `${(files += 1)}`);
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

describe('settings of channels', () => {
  const slack = { type: 'slack', webhookUrlFile: file('https://hooks.test/canary') };
  const load = (channel: object, more: object = {}) =>
    loadChannels(file({ channels: { it: channel }, ...more }), NO_ENDPOINTS);

  it('know their secrets and do not show them', () => {
    const channels = load(slack);
    expect(channels.secrets).toEqual(['https://hooks.test/canary']);
    expect(JSON.stringify(channels.get('it'))).not.toContain('canary');
    expect([...channels.ids]).toEqual(['it']);
  });

  it.each([
    ['an unknown kind', { type: 'fax' }],
    ['an unknown key', { ...slack, url: 'https://hooks.test/' }],
    ['a webhook without TLS', { type: 'slack', webhookUrlFile: file('http://hooks.test/canary') }],
    ['a webhook inside', { type: 'slack', webhookUrlFile: file('https://10.0.0.1/canary') }],
    ['metadata', { type: 'slack', webhookUrlFile: file('https://169.254.169.254/canary'), allowPrivate: true }],
    ['a token that is none', { type: 'telegram', botTokenFile: file('canary/../../x'), chatId: '1' }],
    ['a chat that is none', { type: 'telegram', botTokenFile: file(TOKEN), chatId: 'a b' }],
    ['a missing endpoint', { type: 'webhook', endpoint: 'nowhere' }],
    ['a placeholder', { type: 'pagerduty', routingKeyFile: file('<routing key>') }],
    [
      'a mail address with a line break',
      { type: 'email', host: 'a.test', from: 'a@b.test', to: ['a@b.test\r\nBcc: c@d.test'] },
    ],
    ['a user without password', { type: 'email', host: 'a.test', from: 'a@b.test', to: ['a@b.test'], user: 'a' }],
  ])('refuse %s', (_name, channel) => {
    expect(() => load(channel)).toThrow(/^CAUSEWAY_CHANNELS_FILE is wrong at channels\.it(?!.*canary)/);
  });

  it.each(['ftp://grafana.test', 'https://user:pw@grafana.test', 'https://grafana.test/?a=b', 'https://g.test/|<x>'])(
    'refuse %s as the address of Grafana',
    (baseUrl) => {
      expect(() => load(slack, { baseUrl })).toThrow(/baseUrl/);
    }
  );
});
