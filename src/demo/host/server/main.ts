import { readConfig } from './config.ts';
import { createHost } from './create-host.ts';
import { HostError } from './errors.ts';

async function main(): Promise<void> {
  const host = await createHost(readConfig(process.env), (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ event: 'listening', port: host.port })}\n`);
  const stop = (): void => {
    void host.stop().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const text = error instanceof HostError ? `${error.code}: ${error.message}. ${error.toBody().error}` : String(error);
  process.stderr.write(`host: ${text}\n`);
  process.exit(1);
});
