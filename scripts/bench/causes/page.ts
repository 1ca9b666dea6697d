import { toFixed, toPage, toTable } from '../markdown.ts';
import type { Accuracy, CausesAnswer } from './summary.ts';
import type { CauseAnswer } from './tasks.ts';

/** The answer of the command as a page for people. */
export function causesPage({ seeds, results, first, settled, hidden, gates }: CausesAnswer): string {
  const names = [...new Set(results.map(({ fault }) => fault))];
  const rows = names.map((name) => {
    const own = results.filter(({ fault }) => fault === name);
    const list = (pick: (result: (typeof own)[number]) => CauseAnswer | null): string =>
      own.map(pick).map(inShort).join('; ');
    return [
      name,
      own[0]?.truth.join(', ') ?? '',
      own.map(({ firstAfterSeconds }) => (firstAfterSeconds === null ? 'never' : String(firstAfterSeconds))).join(' '),
      list((result) => result.first),
      list((result) => result.settled),
      list((result) => result.hidden),
    ];
  });
  const accuracy = (name: string, { cases, top1, top3, setPrecision, setRecall }: Accuracy): string[] => [
    name,
    String(cases),
    toFixed(top1, 3),
    toFixed(top3, 3),
    toFixed(setPrecision, 3),
    toFixed(setRecall, 3),
  ];
  return toPage(
    '# Causes in the demo',
    `\`npm run bench:causes -- --write\` measures again and writes this page; \`--json\` prints one JSON line. Every fault of the simulated shop
in a shop of its own, random seeds ${seeds.join(', ')}; the backend's own detection and analysis over its telemetry, without traces and without a
language model. Each incident is analysed when it is found and once more five minutes after the onset. A fault without an incident counts as
wrong. The weights of the kinds of trouble were set on this shop: for other systems see the page on public data.`,
    toTable(
      ['analysed', 'cases', 'top-1', 'top-3', 'precision of the set', 'recall of the set'],
      [accuracy('when found', first), accuracy('after five minutes', settled)]
    ),
    `With all signals of and about the true causes hidden: ${hidden.wrongName} of ${hidden.cases} analyses name another service with some certainty,
${hidden.inconclusive} stay inconclusive or name none. Left out: faults that users notice in the broken service itself.`,
    '## Faults',
    'Per seed: the services named, the verdict in brackets (C confirmed, L likely, I inconclusive); a dash where nothing was named.',
    toTable(['fault', 'true causes', 'found after, s', 'when found', 'after five minutes', 'telemetry hidden'], rows),
    '## Gates',
    toTable(
      ['gate', 'value', 'target', ''],
      gates.map(({ id, value, target, pass }) => [
        id,
        toFixed(value, 3),
        String(target),
        pass ? 'reached' : 'not reached',
      ])
    )
  );
}

function inShort(answer: CauseAnswer | null): string {
  return answer?.decision === 'root-cause' ? `${answer.causes.join('+')} (${answer.verdict.charAt(0)})` : '-';
}
