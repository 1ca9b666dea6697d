import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createHost, type Host } from '../create-host.ts';

/** A request as the fake world and executor saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A host with a fake backend, a fake shop and a fake executor. */
export interface HostHarness {
  readonly host: Host;
  readonly url: string;
  readonly folder: string;
  /** Requests that reached the fakes behind the host, oldest first. */
  readonly seen: SeenRequest[];
  /** Lines that the fake backend noted. */
  backendLog(): string;
  fetch(path: string, init?: RequestInit & { readonly person?: string }): Promise<Response>;
  stop(): Promise<void>;
}

const APP = {
  type: 'app',
  id: 'test-demo-app',
  name: 'Test',
  info: { version: '1.2.3', logos: { small: 'img/logo.svg' } },
  includes: [
    {
      type: 'page',
      name: 'Overview',
      path: '/a/%PLUGIN_ID%/overview',
      action: 'app:read',
      addToNav: true,
      defaultNav: true,
    },
    { type: 'page', name: 'Secret', path: '/a/%PLUGIN_ID%/secret', action: 'app:execute', addToNav: true },
  ],
  roles: [
    { role: { permissions: [{ action: 'app:read' }] }, grants: ['Viewer'] },
    { role: { permissions: [{ action: 'app:execute' }] }, grants: ['Admin'] },
  ],
  routes: ['GET', 'POST'].map((method) => ({
    path: 'executor/*',
    method,
    url: '{{ .JsonData.executorUrl }}',
    reqAction: method === 'GET' ? 'app:read' : 'app:execute',
    headers: [{ name: 'Authorization', content: 'Bearer {{ .SecureJsonData.executorToken }}' }],
  })),
};
const DATASOURCE = {
  type: 'datasource',
  id: 'causeway-aiops-datasource',
  name: 'Causeway',
  backend: true,
  executable: 'gpx_test',
  info: { version: '1.2.3' },
};

/** Starts everything on free ports, in a new folder. */
export async function startHostHarness(): Promise<HostHarness> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'host-'));
  const seen: SeenRequest[] = [];
  const behind = await startFakeUpstream(seen);
  writeBuild(folder);
  const upstream = `http://127.0.0.1:${portOf(behind)}`;
  const host = await createHost(
    {
      port: 0,
      worldUrl: upstream,
      executorUrl: `${upstream}/executor`,
      pluginDist: path.join(folder, 'dist'),
      pageFolder: path.join(folder, 'page'),
      stateFolder: folder,
      proxyToken: 'proxy-token',
      alertToken: 'alert-token',
      backendSigningKey: 'signing-key',
    },
    () => undefined
  );
  const url = `http://127.0.0.1:${host.port}`;
  return {
    host,
    url,
    folder,
    seen,
    backendLog: () => {
      const file = path.join(folder, 'fake-backend.log');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    fetch: (asked, { person = 'alice', ...init } = {}) =>
      fetch(url + asked, { ...init, headers: { cookie: `causeway_demo_user=${person}; other=1`, ...init.headers } }),
    stop: async () => {
      await host.stop();
      behind.closeAllConnections();
      behind.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeBuild(folder: string): void {
  const write = (file: string, text: string): string => {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return target;
  };
  write('dist/plugin.json', JSON.stringify(APP));
  write('dist/module.js', 'define([], () => ({}));');
  write('dist/datasource/plugin.json', JSON.stringify(DATASOURCE));
  write('page/clock.js', '"clock";');
  write('page/host.js', '"host";');
  write('page/icons/unicons/known.svg', '<svg/>');
  const system = process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const fake = new URL('./fake-backend.ts', import.meta.url).href;
  const launcher = write(
    `dist/datasource/gpx_test_${system}_${architecture}`,
    `#!/usr/bin/env node\nimport('${fake}');\n`
  );
  chmodSync(launcher, 0o755);
}

async function startFakeUpstream(seen: SeenRequest[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) {
      body += String(part);
    }
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    const answer = request.url?.startsWith('/shop/v1/clock')
      ? { nowMs: 1_700_000_000_000, speed: 10 }
      : { seen: seen.length };
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'upstream=1' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
