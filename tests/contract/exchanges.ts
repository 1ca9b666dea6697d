import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A request to a server and its answer, as a client saw them. */
export interface Exchange {
  /** Path with its query. */
  readonly target: string;
  readonly status: number;
  readonly contentType: string;
  /** Present where the server compressed the answer. */
  readonly encoding?: 'gzip';
  /** JSON where the answer was JSON, else text. Figures about the work of the server are left out. */
  readonly body: unknown;
}

/** Everything that a server answered to the clients of this product, with the data it was asked about. */
export interface ExchangeLog<Scope> {
  readonly server: string;
  readonly recordedAt: string;
  readonly scope: Scope;
  readonly exchanges: readonly Exchange[];
}

/** A server on loopback that a test talks to. */
export interface LocalServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Figures that differ from one run to the next and that no client reads. */
const VOLATILE: ReadonlySet<string> = new Set(['stats', 'metrics']);
const FOLDER = new URL('../fixtures/', import.meta.url);

/** Reads every recorded log of a source, by name: `loki`, `tempo`. */
export function readExchangeLogs<Scope>(source: string): readonly ExchangeLog<Scope>[] {
  const folder = new URL(`${source}/`, FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('client-')) : [];
  return names.sort().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ExchangeLog<Scope>);
}

/** Writes a log to `tests/fixtures/<source>/client-<version>.json`, one exchange a line. */
export function writeExchangeLog<Scope>(source: string, version: string, log: ExchangeLog<Scope>): void {
  const { exchanges, ...head } = log;
  const lines = exchanges.map((exchange) => `    ${JSON.stringify(exchange)}`).join(',\n');
  const text = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  const file = new URL(`${source}/client-${version.replace(/[^\w.-]/g, '-')}.json`, FOLDER);
  writeFileSync(file, `${text},\n  "exchanges": [\n${lines}\n  ]\n}\n`);
}

/** Hands requests on to a server and keeps what it answers; each target once. */
export async function listenIn(base: string): Promise<LocalServer & { exchanges(): readonly Exchange[] }> {
  const kept = new Map<string, Exchange>();
  const server = await serve(async (request, response) => {
    const target = request.url ?? '/';
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
    const reply = await fetch(`${base}${target}`, { headers, signal: AbortSignal.timeout(60_000) });
    const isZipped = reply.headers.get('content-encoding') === 'gzip';
    const exchange: Exchange = {
      target,
      status: reply.status,
      contentType: reply.headers.get('content-type') ?? '',
      ...(isZipped ? { encoding: 'gzip' as const } : {}),
      body: toBody(await reply.text()),
    };
    kept.set(target, exchange);
    send(response, exchange);
  });
  return { ...server, exchanges: () => [...kept.values()] };
}

/** Answers as recorded. What was not recorded is an error that says so. */
export function serveExchanges(exchanges: readonly Exchange[]): Promise<LocalServer> {
  const known = new Map(exchanges.map((exchange) => [exchange.target, exchange]));
  return serve((request, response) => {
    const target = request.url ?? '/';
    const missing = { target, status: 501, contentType: 'text/plain', body: `not recorded: ${target}` };
    send(response, known.get(target) ?? missing);
    return Promise.resolve();
  });
}

/** Stands before a server and hands nothing on: a server that is busy. */
export function serveSilence(): Promise<LocalServer> {
  return serve(() => Promise.resolve());
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, contentType, encoding, body }: Exchange): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': contentType, ...(encoding ? { 'content-encoding': encoding } : {}) };
  response.writeHead(status, headers).end(encoding ? gzipSync(text) : text);
}

function toBody(text: string): unknown {
  try {
    return withoutVolatile(JSON.parse(text) as unknown);
  } catch {
    // Errors of Tempo name the port on which it happened to listen.
    return text.replace(/\b127\.0\.0\.1:\d+/g, '127.0.0.1');
  }
}

function withoutVolatile(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(([name]) => !VOLATILE.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, name === 'data' ? withoutVolatile(member) : member]));
}
