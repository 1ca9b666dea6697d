/** Kills the executor at every boundary of every action: npm run test:crash -- [--json] [--only NAME] [--every N] */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundleExecutor } from '../tests/contract/executor/executor-process.ts';
import { runCampaign } from '../tests/executor-proofs/crash/campaign.ts';
import { bundleCells } from '../tests/executor-proofs/crash/killable.ts';
import { killProduct } from '../tests/executor-proofs/crash/product.ts';
import { crashPage } from '../tests/executor-proofs/crash/page.ts';
import { holds, runControls, toReport } from '../tests/executor-proofs/crash/report.ts';
import { SUBJECTS } from '../tests/executor-proofs/crash/subjects.ts';
import { runCli } from './run-cli.ts';

const HELP = `npm run test:crash -- [options]

Kills the executor with SIGKILL at every boundary of every action, restarts it, kills it again while it recovers, restarts it,
and compares what happened with what the ledger says. Exit code 0 only if nothing was lost or doubled and every mistake that
is made on purpose was found. Takes some minutes.

  --json          one JSON object instead of a table
  --only <name>   actions with this in their name
  --every <n>     every n-th boundary only
  --help          this text
`;
const CONTROL_SUBJECTS = ['demo.scale', 'k8s.restart'];

class WrongArgument extends Error {}

await runCli({
  help: HELP,
  readOptions,
  main: prove,
  isArgument: (error) => error instanceof WrongArgument,
});

function readOptions(argv: readonly string[]) {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      every: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    } as const;
    const { every, ...rest } = parseArgs({ args: [...argv], options }).values;
    if (!/^[1-9]\d{0,3}$/.test(every) || !SUBJECTS.some(({ name }) => name.includes(rest.only))) {
      throw new Error('--every is a number from 1, --only a part of the name of an action.');
    }
    return { ...rest, every: Number(every) };
  } catch (error) {
    throw new WrongArgument(`${(error as Error).message}\n${HELP}`);
  }
}

async function prove({ json, only, every }: ReturnType<typeof readOptions>): Promise<void> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const startedMs = performance.now();
  const subjects = SUBJECTS.filter(({ name }) => name.includes(only));
  const [cells, product] = [await bundleCells(), await bundleExecutor()];
  try {
    const campaign = await runCampaign(cells, { subjects, every }, say);
    say('the process of the product');
    const ofProduct = await killProduct(product, subjects);
    say('mistakes on purpose');
    const controls = await runControls(
      cells,
      SUBJECTS.filter(({ name }) => CONTROL_SUBJECTS.includes(name))
    );
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const report = toReport(campaign, ofProduct, controls, seconds);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : crashPage(report));
    process.exitCode = holds(report) ? 0 : 1;
  } finally {
    rmSync(cells, { force: true });
  }
}
