import type { CryptoKey, JWTPayload } from 'jose';
import { importSPKI, jwtVerify } from 'jose';
import { z } from 'zod';
import { ExecutorError } from '../errors.ts';
import type { BackendPrincipal } from './principal.ts';

/** Longest life of a backend token, and the clock skew that is tolerated, in seconds. */
const MAX_LIFE_SECONDS = 60;
const SKEW_SECONDS = 5;

const claimsSchema = z.object({
  intent: z.enum(['ledger', 'propose', 'read']),
  jti: z.string().min(8).max(128),
  iat: z.number().int(),
  exp: z.number().int(),
  bodySha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Public keys of the backend; two while keys are rotated. */
export type BackendKeys = readonly CryptoKey[];

/** Reads one or more Ed25519 public keys in SPKI PEM. @throws Error when there is none */
export async function parseBackendKeys(pem: string): Promise<BackendKeys> {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) {
    throw new Error('no "BEGIN PUBLIC KEY" block found');
  }
  return Promise.all(blocks.map((block) => importSPKI(block, 'EdDSA')));
}

/**
 * Verifies a token of the backend: EdDSA, issuer, audience, at most 60 s of life. Body and single use are checked by the router.
 * @throws ExecutorError TOKEN_INVALID
 */
export async function verifyBackendToken(token: string, keys: BackendKeys): Promise<BackendPrincipal> {
  const claims = claimsSchema.safeParse(await verifyWithAny(token, keys));
  if (!claims.success) {
    throw new ExecutorError(
      'TOKEN_INVALID',
      `token: claim ${claims.error.issues[0]?.path.join('.') ?? ''} is not valid.`
    );
  }
  const { intent, jti, iat, exp, bodySha256 } = claims.data;
  if (exp - iat > MAX_LIFE_SECONDS || exp <= iat) {
    throw new ExecutorError('TOKEN_INVALID', `token: lives longer than ${MAX_LIFE_SECONDS} s.`);
  }
  const expiresMs = (exp + SKEW_SECONDS) * 1000;
  return { kind: 'backend', id: 'backend:causeway', name: 'causeway-backend', intent, jti, expiresMs, bodySha256 };
}

async function verifyWithAny(token: string, keys: BackendKeys): Promise<JWTPayload> {
  let last: unknown;
  for (const key of keys) {
    try {
      const verified = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        issuer: 'causeway-backend',
        audience: 'causeway-executor',
        requiredClaims: ['exp', 'iat', 'jti'],
        clockTolerance: SKEW_SECONDS,
        maxTokenAge: MAX_LIFE_SECONDS,
      });
      return verified.payload;
    } catch (error) {
      last = error;
    }
  }
  throw new ExecutorError('TOKEN_INVALID', `token: ${reasonCode(last)}.`, { cause: last });
}

/** The machine-readable reason of a jose error; its message may quote claims. */
export function reasonCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'not a token';
}
