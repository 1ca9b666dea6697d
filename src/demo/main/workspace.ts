import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Private files of one run of the demo. Everything in it is generated anew and removed at the end. */
export interface Workspace {
  readonly folder: string;
  readonly proxyTokenFile: string;
  /** Bearer of the webhook of alerts. */
  readonly alertTokenFile: string;
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

const PREFIX = 'causeway-demo-';
const OWNER_FILE = 'pid';
const PRIVATE_MODE = 0o600;
const TOKEN_BYTES = 32;

/** Ends a process whose parent is gone: a killed parent cannot stop its children any more. */
const GUARD = `const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
`;

/** Creates the folder (mode 0700) with new keys and tokens (mode 0600). */
export function createWorkspace(): Workspace {
  removeAbandoned();
  const folder = mkdtempSync(path.join(os.tmpdir(), PREFIX));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: PRIVATE_MODE, flag: 'wx' });
    return file;
  };
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  write(OWNER_FILE, String(process.pid));
  const platformToken = randomBytes(TOKEN_BYTES).toString('base64url');
  return {
    folder,
    proxyTokenFile: write('proxy-token', randomBytes(TOKEN_BYTES).toString('base64url')),
    alertTokenFile: write('alert-token', randomBytes(TOKEN_BYTES).toString('base64url')),
    platformTokenFile: write('platform-token', platformToken),
    platformToken,
    backendPrivateKeyFile: write('backend-key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    backendPublicKeyFile: write('backend-key.pub.pem', String(publicKey.export({ type: 'spki', format: 'pem' }))),
    ledgerFile: path.join(folder, 'ledger.sqlite'),
    guardFile: write('parent-guard.cjs', GUARD),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A run that was killed could not remove its folder; the next run does, when the process is gone. */
function removeAbandoned(): void {
  for (const name of readdirSync(os.tmpdir()).filter((item) => item.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    try {
      const pid = Number(readFileSync(path.join(folder, OWNER_FILE), 'utf8'));
      if (pid > 0 && !isAlive(pid)) {
        rmSync(folder, { recursive: true, force: true });
      }
    } catch {
      // Not ours to read or remove: somebody else's, or being written right now.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
