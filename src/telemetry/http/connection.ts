import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { TelemetryError, type TelemetrySource } from '../errors.ts';

/** How a source wants to be authenticated. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string };

/** Where and how a source is reached. */
export interface Connection {
  /** Base URL; a prefix such as Grafana's `/api/datasources/proxy/uid/<uid>` is kept. */
  readonly url: string;
  /** Default `none`. */
  readonly auth?: Authentication;
  /** PEM of the CA(s) that sign the server's certificate; only these are trusted then. Needs https. */
  readonly caPem?: string;
  /** Deadline of one call with all its retries, seconds, 0.001 to 600. Default 20. */
  readonly timeoutSeconds?: number;
  /** Limit of one answer after decompression, bytes. Default 32 MiB. */
  readonly maxResponseBytes?: number;
  /** Told the bytes of every answer after decompression, in the context of the call that asked. */
  readonly onReply?: (bytes: number) => void;
}

/** A connection that was checked: what a request needs, and the secrets that errors must not show. */
export interface PreparedConnection {
  readonly source: TelemetrySource;
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent | undefined;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly secrets: readonly string[];
  readonly onReply?: ((bytes: number) => void) | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 20;
const DEFAULT_MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/**
 * Checks a connection once, when a client is made.
 * @throws TelemetryError `bad-url`, `bad-auth`, `bad-ca` with the remedy
 */
export function prepareConnection(source: TelemetrySource, connection: Connection): PreparedConnection {
  const base = parseBase(source, connection.url);
  const auth = connection.auth ?? { kind: 'none' };
  const seconds = connection.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  return {
    source,
    base,
    headers: toHeaders(source, base.host, auth),
    agent: toAgent(source, base, connection.caPem),
    timeoutMs: Math.min(600_000, Math.max(1, Math.round(seconds * 1000))),
    maxResponseBytes: connection.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    secrets: toSecrets(auth),
    onReply: connection.onReply,
  };
}

function parseBase(source: TelemetrySource, url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base || !/^https?:$/.test(base.protocol)) {
    throw new TelemetryError(source, 'bad-url', { detail: 'it is not an http or https URL.' });
  }
  if (base.username || base.password || base.search || base.hash) {
    throw new TelemetryError(source, 'bad-url', {
      host: base.host,
      detail: 'it holds credentials, a query or a fragment.',
    });
  }
  base.pathname = base.pathname.replace(/\/+$/, '');
  return base;
}

function toHeaders(source: TelemetrySource, host: string, auth: Authentication): Record<string, string> {
  const [name, value] = toHeader(auth);
  if (name === '') {
    return {};
  }
  if (!/^[A-Za-z0-9-]{1,64}$/.test(name) || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw new TelemetryError(source, 'bad-auth', { host });
  }
  return { [name.toLowerCase()]: value };
}

function toHeader(auth: Authentication): readonly [string, string] {
  switch (auth.kind) {
    case 'none':
      return ['', ''];
    case 'basic':
      return ['authorization', `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`];
    case 'bearer':
      return ['authorization', `Bearer ${auth.token}`];
    case 'header':
      return [auth.name, auth.value];
  }
}

function toSecrets(auth: Authentication): readonly string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'basic':
      return [Buffer.from(`${auth.user}:${auth.password}`).toString('base64'), auth.password];
    case 'bearer':
      return [auth.token];
    case 'header':
      return [auth.value];
  }
}

function toAgent(source: TelemetrySource, base: URL, caPem: string | undefined): Agent | undefined {
  if (!caPem) {
    return undefined;
  }
  try {
    new X509Certificate(caPem);
  } catch (cause) {
    throw new TelemetryError(source, 'bad-ca', { host: base.host, cause });
  }
  if (base.protocol !== 'https:') {
    throw new TelemetryError(source, 'bad-ca', { host: base.host, detail: 'the URL is not https.' });
  }
  return new Agent({ ca: caPem, keepAlive: true });
}
