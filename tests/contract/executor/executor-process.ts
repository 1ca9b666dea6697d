import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CryptoKey } from 'jose';
import { exportJWK, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { bundleProcess } from '../../support/bundle-process.ts';

/** @returns the file to start, with the thread for conditions beside it */
export async function bundleExecutor(): Promise<string> {
  await bundleProcess('src/executor/runbooks/cel/cel-thread.ts', 'cel-thread');
  return bundleProcess('src/executor/main.ts', 'executor');
}

/** Everything that outlives one process: folder, keys, tokens, settings. */
export class Installation {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'causeway-executor-'));
  readonly proxyToken = randomBytes(24).toString('base64url');
  readonly platformToken = randomBytes(24).toString('base64url');
  env: Record<string, string> = {};
  private grafanaKey!: CryptoKey;
  private backendKey!: CryptoKey;
  /** What all processes wrote, logs and standard output. */
  output = '';
  starts = 0;
  private readonly running = new Set<ChildProcess>();
  private exited: Promise<number | null> = Promise.resolve(null);

  static async make(worldUrl: string): Promise<Installation> {
    const made = new Installation();
    const write = (name: string, text: string) => {
      const file = path.join(made.folder, name);
      writeFileSync(file, text, { mode: 0o400 });
      return file;
    };
    const grafana = await generateKeyPair('ES256', { extractable: true });
    const backend = generateKeyPairSync('ed25519');
    made.grafanaKey = grafana.privateKey;
    made.backendKey = await importPKCS8(backend.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'EdDSA');
    made.env = {
      CAUSEWAY_EXECUTOR_PORT: '0',
      CAUSEWAY_LEDGER: path.join(made.folder, 'ledger.sqlite'),
      CAUSEWAY_PROMETHEUS_URL: `${worldUrl}/prometheus`,
      CAUSEWAY_PLATFORM_URL: `${worldUrl}/shop/v1`,
      CAUSEWAY_PLATFORM_TOKEN_FILE: write('platform-token', made.platformToken),
      CAUSEWAY_PROXY_TOKEN_FILE: write('proxy-token', made.proxyToken),
      CAUSEWAY_GRAFANA_KEYS: write('jwks.json', JSON.stringify({ keys: [await exportJWK(grafana.publicKey)] })),
      CAUSEWAY_BACKEND_KEY_FILE: write(
        'backend.pem',
        backend.publicKey.export({ type: 'spki', format: 'pem' }) as string
      ),
      CAUSEWAY_PEAK_HOURS: '',
      CAUSEWAY_VERIFY_SETTLE_SECONDS: '0.1',
      CAUSEWAY_VERIFY_INTERVAL_SECONDS: '0.1',
      CAUSEWAY_VERIFY_TIMEOUT_SECONDS: '20',
      CAUSEWAY_SWEEP_INTERVAL_SECONDS: '0.1',
    };
    return made;
  }

  /** Process ids of what runs. */
  get pids(): readonly number[] {
    return [...this.running].flatMap(({ pid }) => pid ?? []);
  }

  async person(login: string): Promise<Record<string, string>> {
    const token = await new SignJWT({ username: login })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject(`user:${login}`)
      .setAudience('org:1')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(this.grafanaKey);
    return { authorization: `Bearer ${this.proxyToken}`, 'x-grafana-id': token };
  }

  async backend(intent: string, body: string): Promise<Record<string, string>> {
    const token = await new SignJWT({ intent, bodySha256: createHash('sha256').update(body).digest('hex') })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('causeway-backend')
      .setAudience('causeway-executor')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('30s')
      .sign(this.backendKey);
    return { authorization: `Bearer ${token}` };
  }

  /** Starts the process; resolves with its address when it listens, rejects with its log when it ends before. */
  async start(file: string, env: Record<string, string> = {}): Promise<string> {
    const child = spawn(process.execPath, [file], { env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running.add(child);
    this.starts += 1;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.running.delete(child);
        resolve(code);
      });
    });
    child.stderr.on('data', (chunk) => (this.output += chunk));
    return new Promise((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
        this.output += chunk;
        if (text.includes('\n')) {
          resolve(`http://127.0.0.1:${JSON.parse(text).port}`);
        }
      });
      void this.exited.then((code) => reject(new Error(`the executor ended with ${code}: ${this.output}`)));
    });
  }

  /** Ends every process of this installation. @returns the exit code of the newest, null after SIGKILL */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const ended = [...this.running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.running) {
      child.kill(signal);
    }
    await Promise.all(ended);
    return this.exited;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
