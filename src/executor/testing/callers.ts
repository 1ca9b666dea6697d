import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { IdentityTrust } from '../identity/authenticate.ts';
import { parseBackendKeys } from '../identity/backend-token.ts';

export const PROXY_TOKEN = 'proxy-canary-5d0c2f7ab1e94c3f';
export const ALERT_TOKEN = 'alert-canary-91c07be2d84a4f6e';

/** Keys of one installation, with tokens of every kind, good and bad. */
export interface Callers {
  readonly trust: IdentityTrust;
  readonly backendPublicPem: string;
  readonly grafanaJwks: { keys: object[] };
  /** Headers of a person behind Grafana's proxy. */
  person(login?: string, overrides?: PersonOverrides): Promise<Record<string, string>>;
  /** Headers of the backend for exactly this body. */
  backend(intent: string, body?: string, overrides?: BackendOverrides): Promise<Record<string, string>>;
}

export interface PersonOverrides {
  readonly key?: CryptoKey;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly proxyToken?: string;
}

export interface BackendOverrides {
  readonly key?: CryptoKey;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function makeCallers(): Promise<Callers> {
  const grafana = await generateKeyPair('ES256', { extractable: true });
  const backend = await generateKeyPair('EdDSA', { extractable: true });
  const grafanaJwks = { keys: [{ ...(await exportJWK(grafana.publicKey)), kid: 'g1', alg: 'ES256', use: 'sig' }] };
  const backendPublicPem = await exportSPKI(backend.publicKey);
  const seconds = () => Math.floor(Date.now() / 1000);
  return {
    grafanaJwks,
    backendPublicPem,
    trust: {
      proxyToken: PROXY_TOKEN,
      alertToken: ALERT_TOKEN,
      grafanaAudience: 'org:1',
      grafanaKeys: createLocalJWKSet(grafanaJwks),
      backendKeys: await parseBackendKeys(backendPublicPem),
    },
    async person(login = 'alice', { key = grafana.privateKey, claims = {}, proxyToken = PROXY_TOKEN } = {}) {
      const now = seconds();
      const payload = { sub: `user:${login}`, aud: 'org:1', username: login, iat: now, exp: now + 600, ...claims };
      const token = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'g1' }).sign(key);
      return { authorization: `Bearer ${proxyToken}`, 'x-grafana-id': token };
    },
    async backend(intent, body = '', { key = backend.privateKey, claims = {} } = {}) {
      const iat = seconds();
      const payload = {
        iss: 'causeway-backend',
        aud: 'causeway-executor',
        intent,
        jti: randomUUID(),
        iat,
        exp: iat + 60,
        bodySha256: sha256(body),
        ...claims,
      };
      const token = await new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA' }).sign(key);
      return { authorization: `Bearer ${token}` };
    },
  };
}
