/**
 * Tries hostile texts of the telemetry on the investigator: npm run --silent test:injection -- [--json]
 * The result goes to standard output: `tried`, `held`, `failures`. Exit code 1 when one was not held.
 */
import { parseArgs } from 'node:util';
import { tryInjections } from '../src/llm/testing/try-injections.ts';
import { runTrial } from './trial.ts';

await runTrial({
  help: 'npm run --silent test:injection -- [--json]',
  readOptions: (args) => parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }).values,
  run: () => tryInjections(),
});
