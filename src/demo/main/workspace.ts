import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Private files of one run of the demo. Everything in it is generated anew and removed at the end. */
export interface Workspace {
  readonly folder: string;
  readonly proxyTokenFile: string;
  readonly platformTokenFile: string;
  readonly platformToken: string;
  /** Ed25519 key of the backend: private for the host's datasource settings, public for the executor. */
  readonly backendPrivateKeyFile: string;
  readonly backendPublicKeyFile: string;
  readonly ledgerFile: string;
  /** Preloaded into each child, so that none outlives a parent that was killed. */
  readonly guardFile: string;
  remove(): void;
}

const PRIVATE_MODE = 0o600;
const TOKEN_BYTES = 32;

/** Ends a process whose parent is gone: a killed parent cannot stop its children any more. */
const GUARD = `const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
`;

/** Creates the folder (mode 0700) with new keys and tokens (mode 0600). */
export function createWorkspace(): Workspace {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'causeway-demo-'));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: PRIVATE_MODE, flag: 'wx' });
    return file;
  };
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const platformToken = randomBytes(TOKEN_BYTES).toString('base64url');
  return {
    folder,
    proxyTokenFile: write('proxy-token', randomBytes(TOKEN_BYTES).toString('base64url')),
    platformTokenFile: write('platform-token', platformToken),
    platformToken,
    backendPrivateKeyFile: write('backend-key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    backendPublicKeyFile: write('backend-key.pub.pem', String(publicKey.export({ type: 'spki', format: 'pem' }))),
    ledgerFile: path.join(folder, 'ledger.sqlite'),
    guardFile: write('parent-guard.cjs', GUARD),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
