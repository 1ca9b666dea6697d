import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import type { BuiltPlugin } from './plugin-catalog.ts';

export type Role = 'Viewer' | 'Editor' | 'Admin';

/** A person of the demo. Nobody logs in: the page switches between them. */
export interface DemoPerson {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

const SESSION_COOKIE = 'causeway_demo_user';
const TOKEN_SECONDS = 600;
const ROLES: readonly Role[] = ['Viewer', 'Editor', 'Admin'];

/** Two who may approve, since risky plans need two persons; one who may only look, and one who may ask for actions. */
export const DEMO_PEOPLE: readonly [DemoPerson, ...DemoPerson[]] = [
  { id: 1, login: 'alice', name: 'Alice', email: 'alice@shop.example', role: 'Admin' },
  { id: 2, login: 'bob', name: 'Bob', email: 'bob@shop.example', role: 'Admin' },
  { id: 3, login: 'vera', name: 'Vera', email: 'vera@shop.example', role: 'Viewer' },
  { id: 4, login: 'erin', name: 'Erin', email: 'erin@shop.example', role: 'Editor' },
];

/** Reads one cookie of a request. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) {
      return part.slice(at + 1).trim();
    }
  }
  return undefined;
}

/** The person a request is made by; the first one when the cookie names nobody. */
export function findPerson(cookieHeader: string | undefined): DemoPerson {
  const login = readCookie(cookieHeader, SESSION_COOKIE);
  return DEMO_PEOPLE.find((person) => person.login === login) ?? DEMO_PEOPLE[0];
}

/** The `Set-Cookie` value that makes a person the current one. */
export function toSessionCookie(person: DemoPerson): string {
  return `${SESSION_COOKIE}=${person.login}; Path=/; HttpOnly; SameSite=Strict`;
}

/** Actions a person may take, by the role grants of the app's plugin.json. Higher roles include lower ones. */
export function listPermissions(app: BuiltPlugin, role: Role): ReadonlySet<string> {
  const held = ROLES.slice(0, ROLES.indexOf(role) + 1);
  return new Set(
    app.json.roles
      .filter(({ grants }) => grants.some((grant) => held.includes(grant as Role)))
      .flatMap((entry) => entry.role.permissions.map((permission) => permission.action))
  );
}

/** Signs the tokens by which the executor knows who decides. */
export interface IdentitySigner {
  /** Grafana's `X-Grafana-Id`: a JWT about the person, valid for ten minutes of real time. */
  sign(person: DemoPerson): Promise<string>;
  /** Public keys, as `/api/signing-keys/keys` answers them. */
  keys(): { readonly keys: readonly JWK[] };
}

/** Makes a signer with a new key of its own, which only the executor of this demo trusts. */
export async function createIdentitySigner(issuer: () => string): Promise<IdentitySigner> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keyId = randomUUID();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'ES256', use: 'sig' };
  return {
    sign: (person) =>
      new SignJWT({
        type: 'user',
        namespace: 'default',
        username: person.login,
        email: person.email,
        identifier: String(person.id),
      })
        .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'jwt' })
        .setSubject(`user:${person.id}`)
        .setAudience('org:1')
        .setIssuer(issuer())
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_SECONDS}s`)
        .sign(privateKey),
    keys: () => ({ keys: [jwk] }),
  };
}
