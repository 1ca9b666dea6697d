import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScripts } from '../actions/own/index.ts';
import { loadEndpoints } from '../outbound/index.ts';
import { loadChannels } from './index.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const EXAMPLES = path.join(ROOT, 'provisioning/executor');
const folder = mkdtempSync(path.join(tmpdir(), 'causeway-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRETS: Readonly<Record<string, string>> = {
  'slack-webhook': 'https://hooks.slack.test/services/T0/B0/x',
  'retraining-url': 'https://models.test/retrain?token=x',
  'telegram-token': '123456:abcdefghijklmnopqrstuvwxyz',
};

/** The example with its files in a folder of the test. */
function prepare(name: string): string {
  const text = readFileSync(path.join(EXAMPLES, name), 'utf8');
  for (const [, file = ''] of text.matchAll(/"(\/run\/causeway\/[^"]*|\/opt\/causeway\/[^"]*)"/g)) {
    const copy = path.join(folder, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, SECRETS[path.basename(file)] ?? '0123456789abcdef', { mode: 0o700 });
  }
  for (const [, place = ''] of text.matchAll(/"workingDirectory": "([^"]*)"/g)) {
    mkdirSync(path.join(folder, place), { recursive: true });
  }
  const moved = path.join(folder, name);
  writeFileSync(moved, text.replaceAll(/"(?=\/(run|opt|var|srv)\/)/g, `"${folder}`));
  return moved;
}

describe('the example files', () => {
  const endpoints = loadEndpoints(prepare('endpoints.example.json'));
  const channels = loadChannels(prepare('channels.example.json'), endpoints);

  it('are accepted as they are', () => {
    expect(endpoints.ids).toHaveLength(4);
    expect(channels.ids.size).toBe(5);
    const scripts = loadScripts(prepare('scripts.example.json'));
    expect(['drain-node', 'apply-capacity', 'flush-cdn'].filter((id) => scripts.get(id) === undefined)).toEqual([]);
  });

  it('have every endpoint and channel that the shipped runbooks name', () => {
    const runbooks = path.join(ROOT, 'provisioning/runbooks');
    const texts = readdirSync(runbooks, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => readFileSync(path.join(runbooks, name), 'utf8'));
    const named = (key: string) =>
      new Set(
        texts.flatMap((text) =>
          [...text.matchAll(new RegExp(`\\b${key}: ([a-z0-9-]+)`, 'g'))].map(([, id]) => id ?? '')
        )
      );
    expect(named('channel').size).toBeGreaterThan(0);
    expect([...named('channel')].filter((id) => !channels.ids.has(id))).toEqual([]);
    expect(named('endpoint').size).toBeGreaterThan(0);
    expect([...named('endpoint')].filter((id) => endpoints.get(id) === undefined)).toEqual([]);
  });
});
