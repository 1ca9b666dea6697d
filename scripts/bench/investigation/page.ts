import { aboutMachine, toFixed, toPage, toTable } from '../markdown.ts';
import { groundedShare, type InvestigationAnswer, type ModelSummary, type Spread } from './summary.ts';
import type { InvestigationResult } from './tasks.ts';

/** An answer with where it was measured. */
export type MeasuredAnswer = InvestigationAnswer & {
  readonly machine: Parameters<typeof aboutMachine>[0] & { readonly load: number; readonly workers: number };
};

const LETTERS: Readonly<Record<string, string>> = { CONFIRMED: 'C', LIKELY: 'L', INCONCLUSIVE: 'I' };

/** The answer of the command as a page for people. */
export function investigationPage(answer: MeasuredAnswer): string {
  const { seeds, results, causes, controls, hidden, claims, gates, machine } = answer;
  const names = [...new Set(results.map(({ fault }) => fault))];
  return toPage(
    '# Investigations',
    `\`npm run bench:investigation -- --write\` measures again and writes this page, \`--json\` prints one JSON line; \`--seeds N\` and
\`--fault missing-index,...\` narrow it. The exit code is 1 when a floor below is missed. Every fault of the simulated shop in a shop of its
own, random seeds ${seeds.join(', ')}: three hours of history, then five minutes of the fault. The incident that the watch found, or, where it
found none, the service that users look at, is investigated as a run of the backend does it, over Prometheus, Loki and Tempo of the demo:
first without a language model, then with a scripted one that words the report (explain) or looks further (investigate), then with all
signals of and about the true causes hidden.`,
    `${aboutMachine(machine)} ${machine.workers} shops at a time, load before the run ${toFixed(machine.load, 1)}: other programs were running, the times are upper bounds.`,
    '## What was answered',
    toTable(
      ['', 'cases', 'as it should be'],
      [
        ['faults: cause named first', String(causes.cases), String(causes.first)],
        ['controls: decision "no significant root cause"', String(controls.cases), String(controls.nothingWrong)],
        ['telemetry of the cause hidden: INCONCLUSIVE', String(hidden.cases), String(hidden.inconclusive)],
      ]
    ),
    'Per seed: the services named, the verdict in brackets (C confirmed, L likely, I inconclusive); a dash where nothing was named.',
    toTable(
      ['fault', 'true causes', 'named', 'telemetry hidden', 'evidence', 's', 'queries', 'MB read', 'claims', 'false'],
      names.map((name) =>
        faultRow(
          name,
          results.filter(({ fault }) => fault === name)
        )
      )
    ),
    '## Claims',
    `${(100 * groundedShare(claims)).toFixed(2)} % of the claims hold. \`citation\`: what is cited exists. \`value\` and \`baseline\`: the query of the
evidence, run again against the store over the stated window, gives the stated number. It may be the mean of the larger or of the smaller
half of the points (what the engine states), their median, mean, smallest, largest or newest. The tolerance is 5 %: the window of the
evidence begins between two scrapes, so that one of the twenty points of five minutes may be in or out. \`text\`: every number of a sentence
stands in the facts that it cites, in its unit or rounded to two digits. Lines are counted again, traces fetched again, pods looked for by name;
what is told a minute may be read a second. ${claims.withoutQuery} facts have no query (changes, counts of the engine); their text is checked all the same.`,
    toTable(
      ['claim', 'checked', 'do not hold'],
      claims.byKind.map(({ kind, checked, failed }) => [kind, String(checked), String(failed)])
    ),
    claims.failed
      .slice(0, 10)
      .map(({ fault, seed, kind, detail }) => `- ${fault}, seed ${seed}, ${kind}: ${detail.replaceAll('|', '/')}`)
      .join('\n'),
    '## Cost',
    toTable(
      ['', 'median', 'most'],
      [
        spreadRow('report without a model, s', answer.seconds, 2),
        spreadRow('queries', answer.queries, 0),
        spreadRow('MB read, decompressed', inMegabytes(answer.bytes), 1),
        spreadRow('facts', answer.evidence, 0),
      ]
    ),
    `The scripted model answers at once and counts a token for four bytes, so its seconds are those of the backend. Each answer holds two
untrue sentences, one that cites what does not exist and one with a number that nothing shows.`,
    toTable(
      ['', 'explain, median', 'most', 'investigate, median', 'most'],
      [
        modelRow('calls', answer, ({ calls }) => calls, 0),
        modelRow('tokens in', answer, ({ tokensIn }) => tokensIn, 0),
        modelRow('tokens out', answer, ({ tokensOut }) => tokensOut, 0),
        modelRow('queries of its tools', answer, ({ queries }) => queries, 0),
        modelRow('s', answer, ({ seconds }) => seconds, 2),
      ]
    ),
    toTable(
      ['', 'runs', 'texts that passed', 'untrue sentences told', 'of them cut', 'engine changed'],
      [toOutcomeRow('explain', answer.explain), toOutcomeRow('investigate', answer.investigate)]
    ),
    '## Floors',
    `What is named is that of [causes](causes.md); claims may miss by 1 %, since a point can arrive between two reads. Ten seconds is what a
person waits at most for a report; 4,000 tokens is what one explaining call may send.`,
    toTable(
      ['floor', 'value', 'target', ''],
      gates.map(({ id, value, target, pass }) => [id, toFixed(value, 3), String(target), pass ? 'kept' : '**missed**'])
    )
  );
}

/** One answer where all seeds have the same. */
function inSeeds(answers: readonly string[]): string {
  const [first = ''] = answers;
  const isSame = answers.length > 1 && answers.every((answer) => answer === first);
  return isSame ? `${first} in each` : answers.join('; ');
}

function faultRow(name: string, own: readonly InvestigationResult[]): string[] {
  const most = (of: (result: InvestigationResult) => number): number => Math.max(...own.map(of));
  const sum = (of: (result: InvestigationResult) => number): number => own.reduce((total, one) => total + of(one), 0);
  return [
    name,
    own[0]?.truth.join(', ') ?? '',
    inSeeds(own.map(({ answer }) => inShort(answer))),
    inSeeds(own.map(({ hidden }) => (hidden ? inShort(hidden) : '')).filter(Boolean)),
    String(most(({ evidence }) => evidence)),
    toFixed(
      most(({ seconds }) => seconds),
      2
    ),
    String(most(({ queries }) => queries)),
    toFixed(most(({ bytes }) => bytes) / 1e6, 1),
    String(sum(({ claims }) => Object.values(claims.checked).reduce((total, count) => total + count, 0))),
    String(sum(({ claims }) => claims.failed.length)),
  ];
}

function inShort({ decision, causes, verdict }: InvestigationResult['answer']): string {
  return decision === 'root-cause' ? `${causes.join('+')} (${LETTERS[verdict] ?? verdict})` : '-';
}

function inMegabytes({ median, most }: Spread): Spread {
  return { median: median / 1e6, most: most / 1e6 };
}

function spreadRow(name: string, { median, most }: Spread, decimals: number): string[] {
  return [name, toFixed(median, decimals), toFixed(most, decimals)];
}

function modelRow(
  name: string,
  { explain, investigate }: InvestigationAnswer,
  pick: (summary: ModelSummary) => Spread,
  decimals: number
): string[] {
  return [name, ...[explain, investigate].flatMap((summary) => spreadRow('', pick(summary), decimals).slice(1))];
}

function toOutcomeRow(name: string, { runs, written, lies, cut, changed }: ModelSummary): string[] {
  return [name, String(runs), String(written), String(lies), String(cut), String(changed)];
}
