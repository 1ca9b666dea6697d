import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DemoError } from './errors.ts';
import { claimPort } from './ports.ts';
import { type Demo, startDemo } from './start-demo.ts';
import { createFakeBuild, type FakeBuild } from './testing/fake-build.ts';
import { createWorkspace } from './workspace.ts';

const OPTIONS = { port: 0, seed: '1', speed: 1, historyMinutes: 1 };
let build: FakeBuild;
let demo: Demo | undefined;

beforeEach(() => {
  build = createFakeBuild();
  demo = undefined;
});
afterEach(async () => {
  await demo?.stop();
  build.remove();
});

const start = (signal = new AbortController().signal) => startDemo(OPTIONS, build.files, signal, () => undefined);
const startedPids = () =>
  Object.values(build.files as unknown as Record<string, string>)
    .map((file) => `${file}.pids`)
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').map(Number));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const temporaryFolders = () => readdirSync(os.tmpdir()).filter((name) => name.startsWith('causeway-demo-'));

describe('the demo', () => {
  it('starts every process with the settings of the others, and stops them and their children', async () => {
    const before = temporaryFolders();
    demo = await start();
    demo.broken.catch(() => undefined);
    expect(demo.children.map((child) => child.name)).toEqual(['simulated shop', 'executor', 'plugin host']);
    expect(readFileSync(`${build.files.executor}.env`, 'utf8')).toContain('CAUSEWAY_GRAFANA_KEYS');
    expect((await fetch(demo.url)).status).toBe(200);
    const pids = startedPids();
    expect(pids).toHaveLength(6);
    expect(pids.filter(isAlive)).toEqual(pids);
    await demo.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(temporaryFolders().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('names the process that ends, with its last lines', async () => {
    demo = await start();
    await fetch(`${demo.executorUrl}/die`).catch(() => undefined);
    await expect(demo.broken).rejects.toThrow(/executor ended \(exit code 3\)[^]*first reason[^]*last reason/);
  });

  it.each([
    [
      'ends while it starts',
      'console.error("cannot read X"); process.exit(4);',
      /executor ended while it started \(exit code 4\)[^]*cannot read X/,
    ],
    ['cannot be parsed', 'this is no script', /executor ended while it started[^]*SyntaxError/],
  ])('stops the others when one %s', async (_, script, message) => {
    build.replace('executor', script);
    await expect(start()).rejects.toThrow(message);
    expect(startedPids().filter(isAlive)).toEqual([]);
  });

  it('can be stopped while it starts', async () => {
    build.replace('executor', 'setInterval(() => {}, 1000);');
    const abort = new AbortController();
    const starting = start(abort.signal);
    await vi.waitUntil(() => existsSync(`${build.files.world}.pids`));
    abort.abort(new Error('stopped by the visitor'));
    await expect(starting).rejects.toThrow('stopped by the visitor');
    expect(startedPids().filter(isAlive)).toEqual([]);
  });

  it('says what was not built', async () => {
    await expect(
      startDemo(OPTIONS, { ...build.files, world: '/nowhere/world.cjs' }, new AbortController().signal, () => undefined)
    ).rejects.toThrow('world.cjs is missing');
  });

  it('leaves nobody behind when it is killed', async () => {
    const module = path.join(import.meta.dirname, 'start-demo.ts');
    const code = `import(${JSON.stringify(module)}).then(({ startDemo }) =>
      startDemo(${JSON.stringify(OPTIONS)}, ${JSON.stringify(build.files)}, new AbortController().signal, () => {})
    ).then(() => console.log('started'));`;
    const parent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise<void>((resolve) => parent.stdout.once('data', () => resolve()));
    const own = startedPids().filter((_, index) => index % 2 === 0);
    expect(own.filter(isAlive)).toHaveLength(3);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => own.filter(isAlive).length === 0, { timeout: 15_000 });
    for (const pid of startedPids().filter(isAlive)) {
      process.kill(pid, 'SIGKILL');
    }
    expect(own.filter(isAlive)).toEqual([]);
  });
});

describe('a port', () => {
  it('that is busy is reported with the flag that changes it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const { port } = other.address() as { port: number };
    const error = await claimPort(port).catch((cause: unknown) => cause);
    other.close();
    expect(error).toBeInstanceOf(DemoError);
    expect((error as DemoError).message).toContain(String(port));
    expect((error as DemoError).remedy).toContain('--port');
  });

  it('is found where any will do', async () => {
    expect(await claimPort(0)).toBeGreaterThan(1023);
  });
});

it('removes what a killed run left behind, and nothing of a running one', () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const [killed, running] = [createWorkspace(), createWorkspace()];
  writeFileSync(path.join(killed.folder, 'pid'), String(gone));
  createWorkspace().remove();
  expect([existsSync(killed.folder), existsSync(running.folder)]).toEqual([false, true]);
  running.remove();
});

it('keeps keys and tokens private, and makes new ones each time', () => {
  const [one, two] = [createWorkspace(), createWorkspace()];
  expect(statSync(one.folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(one.folder)) {
    expect(statSync(path.join(one.folder, file)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(one.backendPrivateKeyFile, 'utf8')).toContain('BEGIN PRIVATE KEY');
  expect(readFileSync(one.backendPublicKeyFile, 'utf8')).toContain('BEGIN PUBLIC KEY');
  expect(one.platformToken).not.toBe(two.platformToken);
  expect(readFileSync(one.proxyTokenFile, 'utf8')).not.toBe(readFileSync(two.proxyTokenFile, 'utf8'));
  one.remove();
  two.remove();
  expect(existsSync(one.folder)).toBe(false);
});
