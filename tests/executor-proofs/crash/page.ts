import { toPage, toTable } from '../../../scripts/bench/markdown.ts';
import type { CrashReport, Tally } from './report.ts';

const HEADER = ['points', 'exact', 'lost', 'doubled', 'wrong'];
const cells = ({ points, exact, lost, doubled, wrong }: Tally) => [points, exact, lost, doubled, wrong].map(String);

/** The report for people. */
export function crashPage(report: CrashReport): string {
  const { actions, controls, processes, undisturbed, killedAgain, notReached, failures, seconds } = report;
  return toPage(
    toTable(
      ['what was killed', ...HEADER],
      [
        ['executors in a test process', ...cells(processes.shared)],
        ['process of the product', ...cells(processes.product)],
        ['together', ...cells(report)],
        ['nothing, for comparison', ...cells(undisturbed)],
      ]
    ),
    `Killed again while recovering: ${killedAgain}. Boundaries not reached: ${notReached}. Seconds: ${seconds}.`,
    toTable(
      ['action', 'course', ...HEADER],
      actions.map((row) => [row.action, row.course, ...cells(row)])
    ),
    toTable(
      ['mistake on purpose', ...HEADER, 'found'],
      controls.map((row) => [row.mistake, ...cells(row), row.found ? 'yes' : '**no**'])
    ),
    `Negative control: ${report.negativeControl}.`,
    failures.map((failure) => `- ${failure}`).join('\n')
  );
}
