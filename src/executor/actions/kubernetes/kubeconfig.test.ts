import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadKubeconfig } from './kubeconfig.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'causeway-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = 'canary-token-5d1e';
const write = (text: string) => {
  const file = path.join(folder, 'kubeconfig');
  writeFileSync(file, text);
  return { kind: 'file', file } as const;
};
const config = (user: object, cluster: object = {}) =>
  write(
    JSON.stringify({
      'current-context': 'here',
      clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
      users: [
        { name: 'u', user: { token: SECRET, ...user } },
        { name: 'elsewhere', user: { exec: { command: 'aws' } } },
      ],
      contexts: [
        { name: 'here', context: { cluster: 'c', user: 'u' } },
        { name: 'there', context: { cluster: 'c', user: 'elsewhere' } },
      ],
    })
  );

describe('loadKubeconfig', () => {
  it('takes a token over TLS, whatever other contexts of the file would do', () => {
    expect(loadKubeconfig(config({})).getCurrentCluster()?.server).toBe('https://10.0.0.1:6443');
  });

  it.each<[string, () => Parameters<typeof loadKubeconfig>[0], RegExp]>([
    ['an exec plugin', () => config({ exec: { command: 'sh', args: ['-c', `echo ${SECRET}`] } }), /exec plugin/],
    ['an auth-provider', () => config({ 'auth-provider': { name: 'oidc', config: {} } }), /auth-provider/],
    ['another identity', () => config({ as: 'system:admin' }), /acts as another user/],
    ['unchecked certificates', () => config({}, { 'insecure-skip-tls-verify': true }), /does not check certificates/],
    ['no TLS', () => config({}, { server: 'http://10.0.0.1:8080' }), /without TLS/],
    ['no address', () => config({}, { server: 'nonsense' }), /without TLS/],
    ['an unsafe context', () => ({ ...config({}), context: 'there' }), /exec plugin/],
    ['a context that is none', () => ({ ...config({}), context: 'nowhere' }), /has no user/],
    ['no file', () => ({ kind: 'file', file: path.join(folder, 'nothing') }), /cannot be read/],
    ['a file that is no YAML', () => write(`users: [{ name: u, user: { token: ${SECRET}`), /cannot be read/],
    ['a file of another kind', () => write('[]'), /has no user|cannot be read/],
    ['a cluster outside of one', () => ({ kind: 'in-cluster' }), /outside of a cluster/],
  ])('refuses %s, and tells nothing of the file', (_, source, message) => {
    let error: unknown;
    try {
      loadKubeconfig(source());
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toMatch(message);
    expect(error).toMatchObject({ name: 'ConfigError' });
    expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(SECRET);
  });
});
