/** Attacks the executor: npm run test:abuse -- [--json] [--only NAME] */
import { parseArgs } from 'node:util';
import { abusePage, attack, CAMPAIGNS } from '../tests/executor-proofs/abuse/report.ts';
import { runCli } from './run-cli.ts';

const HELP = `npm run test:abuse -- [options]

Attacks the executor in every way that we know: injections into every parameter, hostile YAML and expressions, races and tricks
around approvals, tokens that prove nothing on every route, addresses that lead inside, time that goes back, full disks, damaged
and edited ledgers, secrets in outputs. Exit code 0 only if every attack was held off.

  --json          one JSON object instead of a table
  --only <name>   one of ${Object.keys(CAMPAIGNS).join(', ')}
  --help          this text
`;

class WrongArgument extends Error {}

await runCli({
  help: HELP,
  readOptions,
  main: async ({ json, only }) => {
    const names = only === '' ? Object.keys(CAMPAIGNS) : [only];
    const report = await attack(names, (text) => void process.stderr.write(`${text}\n`));
    const code = report.tried > 0 && report.failures.length === 0 ? 0 : 1;
    // What got through may have left something running.
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : abusePage(report), () => process.exit(code));
  },
  isArgument: (error) => error instanceof WrongArgument,
});

function readOptions(argv: readonly string[]) {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    } as const;
    const { values } = parseArgs({ args: [...argv], options });
    if (values.only !== '' && !Object.hasOwn(CAMPAIGNS, values.only)) {
      throw new Error(`There are no attacks called "${values.only}".`);
    }
    return values;
  } catch (error) {
    throw new WrongArgument(`${(error as Error).message}\n${HELP}`);
  }
}
