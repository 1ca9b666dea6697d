import { runCommand, say } from '../command.ts';
import { measureRca } from './answer.ts';
import { parseRcaArguments } from './arguments.ts';
import { rcaPage } from './page.ts';

const PAGE = 'docs/benchmarks/rca.md';

runCommand(async (argv) => {
  const args = parseRcaArguments(argv);
  const answer = await measureRca(args, say);
  return { answer, json: args.json, write: args.write, page: PAGE, toPage: rcaPage };
});
