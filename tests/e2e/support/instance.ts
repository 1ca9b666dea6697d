import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Demo, locateFiles, startDemo } from '../../../src/demo/main/start-demo.ts';

/** A demo of its own for a spec that takes processes away. */
export interface Instance {
  readonly url: string;
  /** Takes Prometheus away from the backend alone: its address refuses connections. */
  stopPrometheus(): Promise<void>;
  startPrometheus(): Promise<void>;
  /** Ends the process of the executor. */
  stopExecutor(): Promise<void>;
  stop(): Promise<void>;
}

const EXECUTOR_NAME = 'executor';

/** Starts a demo without history whose clock stands still, with a gate between the backend and Prometheus. */
export async function startInstance(): Promise<Instance> {
  const demo = await startDemo(
    { port: 0, seed: '1', speed: 0, historyMinutes: 0 },
    locateFiles(path.resolve('build')),
    new AbortController().signal,
    () => undefined
  );
  // A process that ends is what these specs are about.
  demo.broken.catch(() => undefined);
  const gate = await openGate(demo.worldUrl);
  await pointBackendAt(demo, `http://127.0.0.1:${gate.port}/prometheus`);
  return {
    url: demo.url,
    stopPrometheus: gate.close,
    startPrometheus: gate.open,
    stopExecutor: async () => {
      await demo.children.find(({ name }) => name === EXECUTOR_NAME)?.stop();
    },
    stop: async () => {
      await gate.close();
      await demo.stop();
    },
  };
}

async function pointBackendAt(demo: Demo, prometheusUrl: string): Promise<void> {
  const address = `${demo.url}/api/datasources/uid/causeway`;
  const { jsonData } = (await (await fetch(address)).json()) as { readonly jsonData: object };
  const answer = await fetch(address, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonData: { ...jsonData, prometheus: { url: prometheusUrl } } }),
  });
  if (!answer.ok) {
    throw new Error(`The datasource was not changed: HTTP ${answer.status}`);
  }
}

interface Gate {
  readonly port: number;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** A local address that passes requests on, until it is closed. Opens again at the same port. */
async function openGate(target: string): Promise<Gate> {
  let server: Server | undefined;
  const listen = (port: number): Promise<void> => {
    const opened = createServer((incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const passed = httpRequest(`${target}${url ?? ''}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    });
    server = opened;
    return new Promise((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', () => resolve());
    });
  };
  await listen(0);
  if (!server) {
    throw new Error('The gate did not open');
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: () => listen(port),
    close: () =>
      new Promise((resolve) => {
        server?.close(() => resolve());
        server?.closeAllConnections();
      }),
  };
}
