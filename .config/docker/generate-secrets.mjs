// Runs once before the other containers: makes the keys and tokens of this installation, never overwrites one.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.argv[2] ?? '/run/causeway';

/** Readable by the containers that share the volume: Grafana runs as uid 472, the others as uid 1000. */
const mode = 0o444;

function writeOnce(name, text) {
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(file, text, { mode });
  }
}

writeOnce('proxy-token', randomBytes(32).toString('base64url'));
writeOnce('platform-token', randomBytes(32).toString('base64url'));
writeOnce('alert-token', randomBytes(32).toString('base64url'));
if (!existsSync(path.join(folder, 'backend-key.pem'))) {
  const pair = generateKeyPairSync('ed25519');
  writeOnce('backend-key.pem', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeOnce('backend-key.pub.pem', pair.publicKey.export({ type: 'spki', format: 'pem' }));
}
