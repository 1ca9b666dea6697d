// Builds the backend, starts the fake upstream and runs the Go lane:
// node tests/conformance/run.ts [--executable <path>] [--json] [--json]
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBackend } from '../support/plugin-driver/build-backend.ts';
import { startFakeUpstream } from '../support/plugin-driver/fake-upstream.ts';

const { values } = parseArgs({
  options: { executable: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const built = values.executable === undefined ? await buildBackend() : undefined;
const upstream = await startFakeUpstream();
const go = spawn('go', ['test', '-count=1', ...(values.json ? ['-json'] : []), './...'], {
  cwd: path.join(import.meta.dirname, 'go'),
  stdio: 'inherit',
  env: {
    ...process.env,
    CAUSEWAY_BACKEND_EXECUTABLE: built ?? path.resolve(values.executable ?? ''),
    CAUSEWAY_FAKE_UPSTREAM: upstream.url,
  },
});
go.once('error', () => {
  process.stdout.write('SKIPPED: Go is not installed; the conformance lane needs Go 1.26 or newer.\n');
});
const code = await new Promise<number>((resolve) => go.once('close', (status) => resolve(status ?? 1)));
await upstream.close();
if (built) {
  rmSync(path.dirname(built), { recursive: true, force: true });
}
process.exitCode = go.pid === undefined ? 0 : code;
