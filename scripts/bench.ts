import { writeFileSync } from 'node:fs';
import { benchDemo } from './bench/demo.ts';
import { benchFleet } from './bench/fleet.ts';
import { benchQuery, benchStart } from './bench/query.ts';
import { describeMachine, toMarkdown } from './bench/report.ts';

const say = (text: string): void => void process.stderr.write(`${text} ...\n`);

const [backendExecutable = '', ...flags] = process.argv.slice(2);
const machine = describeMachine();
say('start of the backend');
const startToHandshakeMs = await benchStart(backendExecutable);
say('QueryData of a hundred series');
const query = await benchQuery(backendExecutable);
say('scores of two hundred services');
const fleet = await benchFleet(backendExecutable, flags.includes('--two-weeks'));
say('a running demo');
const demo = await benchDemo();
const figures = { machine, startToHandshakeMs, query, fleet, demo };
const markdown = toMarkdown(figures);
process.stdout.write(flags.includes('--json') ? `${JSON.stringify(figures)}\n` : markdown);
if (flags.includes('--write')) {
  writeFileSync('docs/benchmarks.md', markdown);
}
process.exit(0);
