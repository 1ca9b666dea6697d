import { toPage, toTable } from '../markdown.ts';
import type { RcaAnswer } from './answer.ts';
import type { Accuracy } from './figures.ts';
import { wilsonInterval } from './wilson.ts';

/** The figures as a page. */
export function rcaPage(answer: RcaAnswer): string {
  const rows = Object.entries(answer.bySystem).map(([name, own]) => [name, ...accuracyCells(own), `${own.abstained}`]);
  return toPage(
    '# Root-cause ranking',
    toTable(
      ['system', 'cases', 'top 1', 'top 3', 'mean of top 1 to 5', 'abstained'],
      [...rows, ['all', ...accuracyCells(answer), `${answer.abstained}`]]
    )
  );
}

function accuracyCells({ cases, top1, top3, avg5 }: Accuracy): readonly string[] {
  return [`${cases}`, withInterval(top1, cases), withInterval(top3, cases), avg5.toFixed(3)];
}

function withInterval(share: number, cases: number): string {
  const [low, high] = wilsonInterval(Math.round(share * cases), cases);
  return `${share.toFixed(3)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
