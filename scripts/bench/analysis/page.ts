import { toFixed, toPage, toTable } from '../markdown.ts';
import { EVENTS } from './layered-events.ts';
import { DEPTH, KINDS, ROWS } from './layered-system.ts';
import type { AnalysisFigures } from './measure-analysis.ts';

/** The result of the bench. */
export interface AnalysisAnswer {
  readonly sizes: readonly AnalysisFigures[];
  readonly gates: readonly {
    readonly name: string;
    readonly value: number;
    readonly limit: number;
    readonly kept: boolean;
  }[];
}

const BAR_WIDTH = 40;

/** The page of the figures. */
export function analysisPage({ sizes, gates }: AnalysisAnswer): string {
  const longest = Math.max(...sizes.map(({ p50Ms }) => p50Ms));
  return toPage(
    '# Speed of an analysis',
    `\`npm run bench:analysis -- --write\` renews this page, \`--json\` prints one JSON line. Systems of ${DEPTH} layers of calls with
${KINDS.length} signals per service, ${ROWS.baseline} points of normal times and ${ROWS.incident} of the incident, from a fixed random
number; one of the deepest services becomes slow and busy. Beside the signals come as many counts as the backend ever collects: calls,
${EVENTS.operations} operations each of ${EVENTS.services} services, and ${EVENTS.baselineLines + EVENTS.incidentLines} log lines. Everything that an analysis computes: log templates, deviations, ranking
by both opinions, several causes, causal effects with their refuters, rules, report. Processor time of one thread; the peer sorts every series once, in
the same run. Memory that is added holds garbage that was not yet collected.`,
    toTable(
      [
        'Services',
        'signals',
        'p50, ms',
        'p99, ms',
        'peer, ms',
        'ratio',
        'input, MiB',
        'analysis adds, MiB',
        'cause first',
      ],
      sizes.map((size) => [
        String(size.services),
        String(size.signals),
        toFixed(size.p50Ms, 0),
        toFixed(size.p99Ms, 0),
        toFixed(size.peerMs, 0),
        toFixed(size.ratio, 1),
        toFixed(size.inputMiB, 0),
        toFixed(size.analysisMiB, 0),
        size.correct ? 'yes' : '**no**',
      ])
    ),
    '## Cost against the number of services',
    ['```', ...sizes.map(({ services, p50Ms }) => bar(services, p50Ms, longest)), '```'].join('\n'),
    '## Gates',
    toTable(
      ['Gate', 'value', 'limit', ''],
      gates.map(({ name, value, limit, kept }) => [
        name,
        toFixed(value, 2),
        toFixed(limit, 1),
        kept ? 'kept' : '**missed**',
      ])
    )
  );
}

function bar(services: number, ms: number, longest: number): string {
  return `${String(services).padStart(5)} ${'█'.repeat(Math.max(1, Math.round((BAR_WIDTH * ms) / longest)))} ${ms.toFixed(0)} ms`;
}
