import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildBackend,
  connectPlugin,
  type PluginClient,
  type PluginProcess,
  startPlugin,
} from '../../support/plugin-driver/index.ts';

let executable: string;
beforeAll(async () => {
  executable = await buildBackend();
});
afterAll(() => rmSync(path.dirname(executable), { recursive: true, force: true }));

async function withPlugin(
  work: (plugin: PluginProcess, client: PluginClient) => Promise<void>,
  env: Readonly<Record<string, string>> = {}
): Promise<void> {
  const plugin = await startPlugin({ executable, env });
  const client = connectPlugin(plugin);
  try {
    await work(plugin, client);
  } finally {
    client.close();
    plugin.child.kill('SIGKILL');
    await plugin.ended;
  }
}

describe('the process', () => {
  it('says the handshake first and nothing else on stdout', async () => {
    await withPlugin(async (plugin, client) => {
      expect(plugin.handshake).toMatch(/^1\|2\|unix\|\/.*\/plugin[0-9a-f]+\|grpc\|$/);
      expect(await client.health()).toBe(1);
      await client.collectMetrics();
      expect(plugin.stdout).toEqual([plugin.handshake]);
    });
  });

  it('starts with nothing of the host’s environment', async () => {
    await withPlugin(async (plugin) => {
      const names = readFileSync(`/proc/${plugin.pid}/environ`, 'utf8')
        .split('\0')
        .map((entry) => entry.split('=')[0]);
      expect(names.filter((name) => /^(PATH|HOME|TMPDIR|NODE_OPTIONS)$/.test(name ?? ''))).toEqual([]);
    });
  });

  it('puts its socket where the host wants it and removes it', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sock-'));
    await withPlugin(
      async (plugin, client) => {
        const socket = plugin.target.slice('unix:'.length);
        expect(path.dirname(socket)).toBe(folder);
        expect(statSync(socket).isSocket()).toBe(true);
        await client.shutdown();
        await plugin.ended;
        expect(existsSync(socket)).toBe(false);
      },
      { PLUGIN_UNIX_SOCKET_DIR: folder }
    );
    rmSync(folder, { recursive: true });
  });

  it('refuses to run without the cookie, on stderr only', async () => {
    await expect(startPlugin({ executable, cookie: false })).rejects.toThrow(/code 1 .*Grafana starts it/s);
  });

  it('stops within two seconds when asked', async () => {
    await withPlugin(async (plugin, client) => {
      const startedMs = performance.now();
      await client.shutdown();
      expect(await plugin.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - startedMs).toBeLessThan(2000);
    });
  });

  it('ignores SIGINT and ends on SIGTERM', async () => {
    await withPlugin(async (plugin, client) => {
      plugin.child.kill('SIGINT');
      expect(await client.health()).toBe(1);
      plugin.child.kill('SIGTERM');
      expect(await plugin.ended).toEqual({ code: 0, signal: null });
    });
  });

  it('writes log lines that the host can read', async () => {
    await withPlugin(async (plugin, client) => {
      await client.queryData(undefined, [{ refId: 'A', json: { queryType: 'services' }, fromMs: 1, toMs: 2 }]);
      await client.shutdown();
      await plugin.ended;
      expect(plugin.logs.length).toBeGreaterThan(2);
      expect(plugin.logs.filter(({ raw }) => raw)).toEqual([]);
      expect(plugin.logs.map(({ message }) => message)).toContain('query failed');
    });
  });

  it('ends when the host is gone', async () => {
    const host = `
      const { spawn } = require('node:child_process');
      const child = spawn(${JSON.stringify(executable)}, [], {
        env: { grafana_plugin_type: 'datasource', PLUGIN_PROTOCOL_VERSIONS: '2' }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
      child.stdout.once('data', () => { console.log(child.pid); process.kill(process.pid, 'SIGKILL'); });`;
    const parent = spawn(process.execPath, ['-e', host], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 15_000, interval: 200 }).toBe(false);
  });

  it('takes requests of almost 16 MiB and refuses larger ones without ending', async () => {
    await withPlugin(async (_plugin, client) => {
      const body = (bytes: number) =>
        client.fetchResource(undefined, { method: 'POST', path: 'analyses', body: Buffer.alloc(bytes, 32) });
      expect((await body(15 * 1024 * 1024)).code).toBe(413);
      await expect(body(17 * 1024 * 1024)).rejects.toThrow(/RESOURCE_EXHAUSTED/);
      expect(await client.health()).toBe(1);
    });
  });

  it('serves standalone on tcp, ignores Shutdown and ends on SIGINT', async () => {
    const plugin = await startPlugin({ executable, cookie: false, env: { CAUSEWAY_GRPC_LISTEN: '127.0.0.1:0' } });
    const client = connectPlugin(plugin);
    expect(plugin.handshake).toMatch(/^1\|2\|tcp\|127\.0\.0\.1:\d+\|grpc\|$/);
    await client.shutdown();
    expect(await client.health()).toBe(1);
    plugin.child.kill('SIGINT');
    expect((await plugin.ended).code).toBe(0);
    client.close();
  });

  it('knows no live channels', async () => {
    await withPlugin(async (_plugin, client) => {
      expect(await client.unary('stream', 'SubscribeStream', { path: 'x' })).toMatchObject({ status: 1 });
      expect(await client.unary('stream', 'PublishStream', { path: 'x' })).toMatchObject({ status: 2 });
      await expect(client.collect('stream', 'RunStream', { path: 'x' })).rejects.toThrow(/NOT_FOUND/);
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}
