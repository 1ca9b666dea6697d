import type { ServiceName, Span } from '#model';

const PEER_ATTRIBUTES = ['peer.service', 'server.address', 'net.peer.name'] as const;

/**
 * Whom a call goes to, as the caller's span names it.
 *
 * @param span  any span; its attributes are hostile input
 * @returns undefined for spans that are no call, or name nobody
 * Cost O(1).
 */
export function peerOf(span: Span): ServiceName | undefined {
  if (span.kind !== 'CLIENT') {
    return undefined;
  }
  const peer = PEER_ATTRIBUTES.map((name) => span.attributes[name]).find((value) => typeof value === 'string');
  return typeof peer === 'string' && peer !== '' ? peer : undefined;
}
