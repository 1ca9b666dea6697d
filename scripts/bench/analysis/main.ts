import { parseArgs } from 'node:util';
import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { BenchError } from '../packs/bench-error.ts';
import { measureAnalysis } from './measure-analysis.ts';
import { type AnalysisAnswer, analysisPage } from './page.ts';

const PAGE = 'docs/benchmarks/analysis.md';
const SIZES = [
  [30, 40],
  [60, 40],
  [120, 100],
  [250, 20],
  [500, 10],
  [1000, 5],
] as const;

runCommand(async (argv) => {
  const { json, write } = readArguments(argv);
  const sizes = measureAnalysis(SIZES, say);
  const of = (services: number) => sizes.find((size) => size.services === services);
  const gate = (name: string, value: number, limit: number) => ({ name, value, limit, kept: value <= limit });
  const gates = [
    gate('120 services, p99, seconds', (of(120)?.p99Ms ?? Infinity) / 1000, 1),
    gate('1,000 services, p99, seconds', (of(1000)?.p99Ms ?? Infinity) / 1000, 10),
  ];
  const answer = roundAll({ sizes, gates }) as AnalysisAnswer;
  return { answer, json, write, page: PAGE, toPage: analysisPage };
});

function readArguments(argv: readonly string[]): { readonly json: boolean; readonly write: boolean } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options: { json: flag, write: flag } });
    return { json: values.json, write: values.write };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`${text}. Usage: npm run bench:analysis -- [--json] [--write]`, { usage: true });
  }
}
