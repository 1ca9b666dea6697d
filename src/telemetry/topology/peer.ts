import type { EdgeDirection, EdgeKind, ServiceKind, Span } from '#model';

/** What a span says of the other side of its call, where that sends no spans of its own. */
export interface Peer {
  readonly name: string;
  /** Other names it may be known by, most likely first. */
  readonly aliases: readonly string[];
  readonly kind: ServiceKind;
  readonly edge: EdgeKind;
  readonly direction: EdgeDirection;
  /** Product, as OpenTelemetry names it: `postgresql`, `redis`, `kafka`. */
  readonly system?: string;
  readonly host?: string;
  readonly protocol?: string;
}

type Attributes = Span['attributes'];

/** Products of `db.system` that keep copies: what they lose can be read elsewhere. */
const CACHES: ReadonlySet<string> = new Set(['redis', 'memcached', 'valkey', 'keydb', 'dragonfly', 'hazelcast']);
const MAX_LENGTH = 200;
const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?)$/i;
const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]+\]?)$/i;

/**
 * The peer of a span by OpenTelemetry's attributes, those of today and those before the conventions were stable.
 * @returns undefined when the attributes name nobody
 */
export function peerOf(span: Span): Peer | undefined {
  const { attributes } = span;
  return toQueue(span) ?? toStore(span) ?? toService(attributes, namespaceOf(span));
}

/** Namespace that a span's service runs in, which addresses of its cluster may be relative to. */
function namespaceOf({ resource }: Span): string | undefined {
  return resource?.['k8s.namespace.name'] ?? resource?.['service.namespace'];
}

function toQueue(span: Span): Peer | undefined {
  const { attributes, kind } = span;
  const system = text(attributes, 'messaging.system');
  if (system === undefined) {
    return undefined;
  }
  const isPassing =
    attributes['messaging.destination.temporary'] === true || attributes['messaging.destination.anonymous'] === true;
  const destination = isPassing
    ? undefined
    : text(
        attributes,
        'messaging.destination.template',
        'messaging.destination.name',
        'messaging.destination_name',
        'messaging.destination',
        'messaging.kafka.topic'
      );
  const { host, names } = hostOf(attributes, namespaceOf(span));
  const candidates = [destination, text(attributes, 'peer.service'), ...names, system];
  const direction = kind === 'CONSUMER' ? 'consume' : 'publish';
  return toPeer(candidates, { kind: 'queue', edge: 'messaging', direction, system, host, protocol: system });
}

function toStore(span: Span): Peer | undefined {
  const { attributes } = span;
  const system = text(attributes, 'db.system.name', 'db.system');
  if (system === undefined) {
    return undefined;
  }
  const { host, names } = hostOf(attributes, namespaceOf(span));
  const isReadable = names.some((name) => !IP_ADDRESS.test(name));
  const database = text(attributes, 'db.namespace', 'db.name');
  const candidates = [
    text(attributes, 'peer.service'),
    ...(isReadable ? [...names, database] : [database, ...names]),
    system,
  ];
  const kind = CACHES.has(system.toLowerCase()) ? 'cache' : 'database';
  return toPeer(candidates, { kind, edge: 'database', direction: 'access', system, host, protocol: system });
}

function toService(attributes: Attributes, namespace: string | undefined): Peer | undefined {
  const { host, names } = hostOf(attributes, namespace);
  const rpc = text(attributes, 'rpc.system', 'rpc.system.name');
  const isHttp = Object.keys(attributes).some((name) => name.startsWith('http.') || name.startsWith('url.'));
  const protocol = rpc ?? (isHttp ? 'http' : undefined);
  return toPeer([text(attributes, 'peer.service'), ...names], {
    kind: 'external',
    edge: 'virtual',
    direction: 'call',
    host,
    protocol,
  });
}

function toPeer(
  candidates: readonly (string | undefined)[],
  peer: {
    readonly [Key in 'system' | 'host' | 'protocol']?: string | undefined;
  } & Pick<Peer, 'kind' | 'edge' | 'direction'>
): Peer | undefined {
  const [name, ...aliases] = [...new Set(candidates.filter((candidate) => candidate !== undefined))];
  if (name === undefined) {
    return undefined;
  }
  const { kind, edge, direction, system, host, protocol } = peer;
  return {
    name,
    aliases,
    kind,
    edge,
    direction,
    ...(system === undefined ? {} : { system }),
    ...(host === undefined ? {} : { host }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** The address that was called, and the names it may stand for: of a cluster's address the first part names the service. */
function hostOf(
  attributes: Attributes,
  namespace: string | undefined
): { readonly host: string | undefined; readonly names: readonly string[] } {
  const address = text(
    attributes,
    'server.address',
    'net.peer.name',
    'network.peer.address',
    'net.sock.peer.name',
    'net.peer.ip',
    'net.sock.peer.addr',
    'http.host',
    'url.full',
    'http.url'
  );
  const host = address === undefined ? undefined : toHost(address);
  if (host === undefined || LOCAL.test(host)) {
    return { host: undefined, names: [] };
  }
  const [first = host, second] = host.split('.');
  const isOfCluster = /\.svc(?:\.|$)/.test(host) || (second !== undefined && host === `${first}.${namespace ?? ''}`);
  return { host, names: isOfCluster && !IP_ADDRESS.test(host) ? [first, host] : [host] };
}

/** Host of an address or URL, without scheme, user, port and path. */
function toHost(address: string): string | undefined {
  const host = address
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^.*@/s, '')
    .replace(/(?<=^[^:]*|\]):\d+$/, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return host === '' ? undefined : host;
}

function text(attributes: Attributes, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    const clean = typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim() : '';
    if (clean !== '' && clean.length <= MAX_LENGTH) {
      return clean;
    }
  }
  return undefined;
}
