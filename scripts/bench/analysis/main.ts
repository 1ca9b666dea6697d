import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { FLAG, readArguments } from '../read-arguments.ts';
import { measureAnalysis } from './measure-analysis.ts';
import { type AnalysisAnswer, analysisPage } from './page.ts';

const PAGE = 'docs/benchmarks/analysis.md';
const USAGE = 'npm run bench:analysis -- [--json] [--write]';
const SIZES = [
  [30, 40],
  [60, 40],
  [120, 100],
  [250, 20],
  [500, 10],
  [1000, 5],
] as const;

runCommand(async (argv) => {
  const { json = false, write = false } = readArguments(argv, { json: FLAG, write: FLAG }, USAGE);
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
