import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';

describe('readEnvironment', () => {
  it('has defaults', () => {
    expect(readEnvironment({})).toEqual({
      port: 0,
      host: '127.0.0.1',
      seed: '1',
      historyMinutes: 180,
      speed: 1,
      platformToken: undefined,
      startMs: undefined,
      lokiPushUrl: undefined,
      otlpUrl: undefined,
      realTimeOnly: false,
    });
  });

  it.each([
    ['CAUSEWAY_WORLD_PORT', '70000'],
    ['CAUSEWAY_HISTORY_MINUTES', 'many'],
    ['CAUSEWAY_SPEED', '-1'],
    ['CAUSEWAY_START_MS', '12'],
    ['CAUSEWAY_LOKI_PUSH_URL', 'loki:3100'],
    ['CAUSEWAY_OTLP_URL', 'file:///x'],
    ['CAUSEWAY_PLATFORM_TOKEN_FILE', '/no/such/file'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(name);
  });

  it('reads the token from a file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'shop-'));
    try {
      writeFileSync(path.join(folder, 'token'), 'secret\n');
      expect(readEnvironment({ CAUSEWAY_PLATFORM_TOKEN_FILE: path.join(folder, 'token') }).platformToken).toBe(
        'secret'
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
