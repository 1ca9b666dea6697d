import { createHash, createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { BackendTokenClaims } from '#contracts';
import { BackendError } from '../errors.ts';

/** What a token may be used for. */
export type TokenIntent = BackendTokenClaims['intent'];

const LIFETIME_SECONDS = 60;

/**
 * Reads the signing key of the backend.
 * @throws BackendError `CAUSEWAY_EXECUTOR_KEY` for anything but an Ed25519 private key; never shows the key
 */
export function readSigningKey(pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new BackendError(
      'CAUSEWAY_EXECUTOR_KEY',
      'The signing key of the executor (executorSigningKey) is not usable.'
    );
  }
  return key;
}

/**
 * Signs one call: valid for 60 s, once, for this body only.
 * @param nowMs  real time; tokens do not follow a simulated clock
 */
export async function signCall(key: KeyObject, intent: TokenIntent, body: string, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  const claims: BackendTokenClaims = {
    iss: 'causeway-backend',
    aud: 'causeway-executor',
    intent,
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  };
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' }).sign(key);
}
