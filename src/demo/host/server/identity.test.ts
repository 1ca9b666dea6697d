import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createIdentitySigner,
  DEMO_PEOPLE,
  findPerson,
  listPermissions,
  readCookie,
  toSessionCookie,
} from './identity.ts';
import type { BuiltPlugin } from './plugin-catalog.ts';

const [alice, bob, vera] = DEMO_PEOPLE;

describe('the signed identity', () => {
  it('is accepted with the published key and names the person', async () => {
    const signer = await createIdentitySigner(() => 'http://127.0.0.1:3300/');
    const token = await signer.sign(bob!);
    const keys = signer.keys() as Parameters<typeof createLocalJWKSet>[0];
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), { audience: 'org:1' });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'jwt' });
    expect(payload).toMatchObject({ sub: 'user:2', username: 'bob', email: 'bob@shop.example' });
    expect(payload.exp! - payload.iat!).toBe(600);
    expect(payload.jti).toBeTruthy();
  });

  it('is refused with the key of another run', async () => {
    const [mine, other] = [await createIdentitySigner(() => ''), await createIdentitySigner(() => '')];
    const keys = other.keys() as Parameters<typeof createLocalJWKSet>[0];
    await expect(jwtVerify(await mine.sign(alice), createLocalJWKSet(keys))).rejects.toThrow('no applicable key');
  });

  it('publishes no private part of the key', async () => {
    const signer = await createIdentitySigner(() => '');
    expect(Object.keys(signer.keys().keys[0]!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});

describe('the current person', () => {
  it.each([
    [undefined, 'alice'],
    ['causeway_demo_user=bob', 'bob'],
    ['a=b; causeway_demo_user=vera ; c=d', 'vera'],
    ['causeway_demo_user=root', 'alice'],
    ['causeway_demo_user', 'alice'],
    ['xcauseway_demo_user=bob', 'alice'],
  ])('of the cookie %j is %s', (header, login) => {
    expect(findPerson(header).login).toBe(login);
  });

  it('survives the way through a cookie', () => {
    for (const person of DEMO_PEOPLE) {
      expect(findPerson(toSessionCookie(person).split(';')[0])).toBe(person);
    }
    expect(toSessionCookie(alice)).toMatch(/HttpOnly; SameSite=Strict/);
    expect(readCookie('a=1=2', 'a')).toBe('1=2');
  });
});

it('gives permissions by the grants of plugin.json, lower roles included', () => {
  const grant = (action: string, role: string) => ({ role: { permissions: [{ action }] }, grants: [role] });
  const app = { json: { roles: [grant('read', 'Viewer'), grant('execute', 'Admin')] } } as unknown as BuiltPlugin;
  expect([...listPermissions(app, vera!.role)]).toEqual(['read']);
  expect([...listPermissions(app, 'Editor')]).toEqual(['read']);
  expect([...listPermissions(app, alice.role)]).toEqual(['read', 'execute']);
});
