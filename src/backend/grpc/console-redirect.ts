import { format } from 'node:util';
import type { Log, LogLevel } from './hclog.ts';

const METHODS = [
  ['log', 'info'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['debug', 'debug'],
  ['trace', 'trace'],
] as const satisfies readonly (readonly [keyof Console, LogLevel])[];

/**
 * Sends `console.*` to the log: the first line on stdout must be the handshake, so no library may print there.
 */
export function redirectConsole(log: Log, target: Pick<Console, (typeof METHODS)[number][0]> = console): void {
  for (const [method, level] of METHODS) {
    target[method] = (...values: unknown[]) => log(level, format(...values));
  }
}
