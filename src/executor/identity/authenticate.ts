import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { JWTVerifyGetKey } from 'jose';
import { ExecutorError } from '../errors.ts';
import type { BackendKeys } from './backend-token.ts';
import { verifyBackendToken } from './backend-token.ts';
import { verifyGrafanaIdentity } from './grafana-identity.ts';
import type { Principal } from './principal.ts';

/** What callers are checked against. */
export interface IdentityTrust {
  /** Bearer that Grafana's proxy route adds. */
  readonly proxyToken: string;
  readonly grafanaKeys: JWTVerifyGetKey;
  /** Audience of Grafana's id tokens, `org:<id>`. */
  readonly grafanaAudience: string;
  readonly backendKeys: BackendKeys;
  /** Bearer of whoever tells of alerts; without one nobody can. */
  readonly alertToken?: string | undefined;
}

/**
 * Finds out who calls. With the proxy's bearer it is a person, named by `X-Grafana-Id`, with the one for alerts their webhook; any
 * other bearer must be a token of the backend. `X-Grafana-User` and all other headers are ignored.
 * @throws ExecutorError UNAUTHENTICATED, TOKEN_INVALID, IDENTITY_INVALID, KEYS_UNAVAILABLE
 */
export async function authenticate(headers: IncomingHttpHeaders, trust: IdentityTrust): Promise<Principal> {
  const bearer = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer === undefined) {
    throw new ExecutorError('UNAUTHENTICATED', 'Authorization: a bearer token is required.');
  }
  if (trust.alertToken !== undefined && equalInConstantTime(bearer, trust.alertToken)) {
    return { kind: 'webhook', id: 'webhook:alerts', name: 'alert-webhook' };
  }
  if (!equalInConstantTime(bearer, trust.proxyToken)) {
    return verifyBackendToken(bearer, trust.backendKeys);
  }
  const identity = headers['x-grafana-id'];
  if (typeof identity !== 'string' || identity.length === 0 || identity.length > 8192) {
    throw new ExecutorError('IDENTITY_INVALID', 'X-Grafana-Id: the identity of the person is missing.');
  }
  return verifyGrafanaIdentity(identity, trust.grafanaKeys, trust.grafanaAudience);
}

function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
