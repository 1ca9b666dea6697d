import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FixtureSeries } from './fixture-series.ts';
import { BLOCK_SECONDS, START_SECONDS } from './fixture-series.ts';
import { remoteWriteBody } from './remote-write.ts';

/** A running server. */
export interface RealPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

const CONFIG = 'global:\n  evaluation_interval: 1m\n';
const READY_MILLISECONDS = 20_000;

/** Why the real server cannot be started here; undefined when it can. */
export function missingPrometheus(): string | undefined {
  const missing = ['prometheus', 'promtool'].filter((name) => spawnSync(name, ['--version']).error !== undefined);
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not on PATH (Debian: apt install prometheus)`;
}

/** Starts Prometheus on loopback with the series: blocks made by promtool, then a remote write. */
export async function startPrometheus(series: readonly FixtureSeries[]): Promise<RealPrometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'store-contract-'));
  const data = path.join(folder, 'data');
  await writeFile(path.join(folder, 'samples.om'), toOpenMetrics(series));
  await writeFile(path.join(folder, 'prometheus.yml'), CONFIG);
  await promisify(execFile)('promtool', [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    path.join(folder, 'samples.om'),
    data,
  ]);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${address}`,
      '--web.enable-remote-write-receiver',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] }
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://${address}`;
    await waitUntilReady(url, () => child.exitCode !== null);
    await write(url, series);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function toOpenMetrics(series: readonly FixtureSeries[]): string {
  const lines = series.flatMap(({ labels: { __name__, ...labels }, samples }) => {
    const pairs = Object.entries(labels).filter(([, value]) => value !== '');
    const id = `${__name__}{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
    return samples
      .filter(([offset]) => offset <= BLOCK_SECONDS)
      .map(([offset, value]) => `${id} ${formatNumber(value)} ${START_SECONDS + offset}`);
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

function formatNumber(value: number | 'stale'): string {
  if (value === 'stale') {
    throw new Error('A block cannot hold stale markers.');
  }
  return String(value).replace('Infinity', 'Inf');
}

async function write(url: string, series: readonly FixtureSeries[]): Promise<void> {
  const reply = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(remoteWriteBody(series, BLOCK_SECONDS)),
  });
  if (!reply.ok) {
    throw new Error(`remote write: ${reply.status} ${await reply.text()}`);
  }
}

async function waitUntilReady(url: string, hasExited: () => boolean): Promise<void> {
  for (const end = Date.now() + READY_MILLISECONDS; Date.now() < end && !hasExited();) {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false
    );
    if (ready) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('prometheus did not become ready');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
