import { readFileSync } from 'node:fs';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { sha256Hex } from '../canonical-json.ts';
import { ExecutorError } from '../errors.ts';
import { fetchBounded } from '../fetch-bounded.ts';
import { reasonCode } from './backend-token.ts';
import type { PersonPrincipal } from './principal.ts';

const LIMITS = { timeoutMs: 5000, maxBytes: 64 * 1024 };

const claimsSchema = z.object({
  sub: z.string().regex(/^user:[A-Za-z0-9_-]{1,128}$/),
  username: z.string().min(1).max(200),
  iat: z.number(),
  exp: z.number(),
});

const CLOCK_TOLERANCE_SECONDS = 5;

/** Where Grafana's signing keys come from: a JWKS address (kept fresh) or a JWKS file. */
export function grafanaKeys(urlOrFile: string): JWTVerifyGetKey {
  if (!/^https?:\/\//.test(urlOrFile)) {
    return createLocalJWKSet(JSON.parse(readFileSync(urlOrFile, 'utf8')) as JSONWebKeySet);
  }
  return createRemoteJWKSet(new URL(urlOrFile), {
    timeoutDuration: LIMITS.timeoutMs,
    [customFetch]: async (url, { headers, method, signal }) => {
      const reply = await fetchBounded(url, { headers, method }, LIMITS, signal);
      return new Response(reply.text, { status: reply.status });
    },
  });
}

/**
 * Verifies Grafana's id token (`X-Grafana-Id`). Only users are persons: service accounts and anonymous visitors are refused.
 * @throws ExecutorError IDENTITY_INVALID, KEYS_UNAVAILABLE
 */
export async function verifyGrafanaIdentity(
  token: string,
  keys: JWTVerifyGetKey,
  audience: string
): Promise<PersonPrincipal> {
  const claims = claimsSchema.safeParse(await verify(token, keys, audience));
  if (!claims.success) {
    const field = claims.error.issues[0]?.path.join('.') ?? '';
    throw new ExecutorError('IDENTITY_INVALID', `X-Grafana-Id: claim ${field} is missing or names no user.`);
  }
  const { sub, username, iat } = claims.data;
  if (iat > Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS) {
    throw new ExecutorError('IDENTITY_INVALID', 'X-Grafana-Id: it was issued in the future; compare the clocks.');
  }
  const name = username.replaceAll(/[\p{C}]/gu, '?');
  return { kind: 'person', id: sub, name, tokenDigest: sha256Hex(token), tokenIssuedMs: Math.floor(iat * 1000) };
}

async function verify(token: string, keys: JWTVerifyGetKey, audience: string): Promise<unknown> {
  try {
    const verified = await jwtVerify(token, keys, {
      algorithms: ['ES256', 'EdDSA'],
      audience,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return verified.payload;
  } catch (error) {
    const ours = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
    if (ours || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC') {
      throw new ExecutorError('KEYS_UNAVAILABLE', 'The signing keys of Grafana could not be read.', { cause: error });
    }
    throw new ExecutorError('IDENTITY_INVALID', `X-Grafana-Id: ${reasonCode(error)}.`, { cause: error });
  }
}
