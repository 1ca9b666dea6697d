/**
 * Tries hostile texts of the telemetry on the investigator, in reports, through fake tools, and through the tools of the backend over
 * a store that holds them: npm run --silent test:injection -- [--json]
 * The result goes to standard output: `tried`, `held`, `failures`. Exit code 1 when one was not held.
 */
import { parseArgs } from 'node:util';
import { tryInjections } from '../src/llm/testing/try-injections.ts';
import { tryRealTools } from './injection/real-tools.ts';
import { runTrial, type TrialResult } from './trial.ts';

await runTrial({
  help: 'npm run --silent test:injection -- [--json]',
  readOptions: (args) => parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }).values,
  run: async () => {
    const results = [await tryInjections(), await tryRealTools()];
    const sum = (of: (result: TrialResult) => number): number => results.reduce((total, one) => total + of(one), 0);
    return {
      tried: sum(({ tried }) => tried),
      held: sum(({ held }) => held),
      failures: results.flatMap(({ failures }) => failures),
    };
  },
});
