import { aboutMachine, toFixed, toPage, toTable } from '../markdown.ts';
import type { RcaAnswer } from './answer.ts';
import { accuracyCells, shareCell } from './page-cells.ts';
import { conditionSections } from './page-conditions.ts';
import { refittedSections } from './page-refitted.ts';

const INTRODUCTION = `\`npm run bench:rca -- --data DIR --write\` measures again and writes this page; \`--json\` prints one JSON line, and without
\`--write\` or \`--full\` only the accuracy. DIR holds labelled incidents in the [case format](../training-rca.md#labelled-incidents).
The engine gets services as numbers in an order drawn at random, series and operations under numbered names, and neither the system nor
the fault. Top-1 and top-3: share of incidents whose faulty service is first, or among the first three; intervals are 95 %, by Wilson.
Twenty-five incidents move a share by 0.13, so a difference of less than three incidents says nothing.`;

/** The figures as a page. */
export function rcaPage(answer: RcaAnswer): string {
  return toPage(
    '# Root-cause ranking',
    INTRODUCTION,
    answer.machine ? aboutMachine(answer.machine) : '',
    ...shippedSection(answer),
    ...refittedSections(answer.refitted),
    ...baselineSection(answer),
    ...calibrationSection(answer),
    ...quietSection(answer),
    ...conditionSections(answer)
  );
}

function shippedSection({ weights, ranker, method, ...answer }: RcaAnswer): readonly string[] {
  const systems = Object.entries(answer.bySystem).map(([name, own]) => [
    name,
    ...accuracyCells(own),
    `${own.abstained}`,
    kindCell(answer.metricKind.bySystem[name]),
  ]);
  const faults = Object.entries(answer.byFault).map(([name, own]) => [
    name === 'code' ? 'faults of code (exception, return)' : name,
    ...accuracyCells(own),
  ]);
  return [
    '## Shipped weights',
    `Version \`${weights.version}\`, made of ${weights.trainedOn.join(', ') || 'nothing'}; score \`${ranker}\`${method === 'current' ? '' : ', features as in the reference'}.
**Incidents of a system that stands in this list were learned from when DIR is the half that developers have: the figures of that system say
that the weights fit, not that they generalise.** What they are worth elsewhere stands in the next section.`,
    toTable(
      ['System', 'incidents', 'top-1', 'top-3', 'mean of top-1 to 5', 'kept quiet', 'kind of metric right'],
      [...systems, ['all', ...accuracyCells(answer), `${answer.abstained}`, kindCell(answer.metricKind)]]
    ),
    `Ranking takes ${answer.msPerCase.p50} ms at the median and ${answer.msPerCase.p99} ms at the 99th percentile. The kind of metric is judged at the faulty
service, whether or not it came first.`,
    toTable(['Fault', 'incidents', 'top-1', 'top-3', 'mean of top-1 to 5'], faults),
  ];
}

function kindCell(kinds: { readonly givenService: number } | undefined): string {
  return toFixed(kinds?.givenService, 3);
}

function baselineSection({ baselines, rankers, bySystem }: RcaAnswer): readonly string[] {
  const systems = Object.keys(bySystem);
  const row = (name: string, own: RcaAnswer['baselines'][string]): readonly string[] => [
    name,
    shareCell(own.top1, own.cases),
    shareCell(own.top3, own.cases),
    ...systems.map((system) => `${toFixed(own.bySystem[system]?.top1, 2)} / ${toFixed(own.bySystem[system]?.top3, 2)}`),
  ];
  return [
    '## Beside other methods, on the same incidents in the same run',
    `\`constant\` always names the service that is faulty most often in the system, \`chance\` is what guessing gives: both know nothing of the
incident. Scores in bold are ours with the shipped weights; \`prior\` is written by hand and learned from nothing, but not in ignorance of these incidents.`,
    toTable(
      ['Method', 'top-1', 'top-3', ...systems.map((system) => `${system}: top-1 / top-3`)],
      [
        ...Object.entries(baselines).map(([name, own]) => row(name, own)),
        ...Object.entries(rankers).map(([name, own]) => row(`**${name}**`, own)),
      ]
    ),
  ];
}

function calibrationSection({ calibration: { bins, ece } }: RcaAnswer): readonly string[] {
  return [
    '## Confidence of the shipped weights',
    `Expected calibration error ${toFixed(ece, 3)}. The temperature was fitted to services that the weights had not seen, so on known systems the
confidence is rather too low.`,
    toTable(
      ['Confidence', 'incidents', 'mean confidence', 'right'],
      bins.map(({ from, to, cases, confidence, correct }) => [
        `${from} to ${to}`,
        `${cases}`,
        toFixed(confidence, 3),
        correct === null ? '-' : shareCell(correct, cases),
      ])
    ),
  ];
}

function quietSection({ quiet }: RcaAnswer): readonly string[] {
  const row = (name: string, own: Omit<RcaAnswer['quiet'], 'bySystem'>): readonly string[] => [
    name,
    `${own.windows}`,
    shareCell(own.answeredNone, own.windows),
    `${toFixed(own.calibrated.answeredNone, 2)} / ${toFixed(own.calibrated.incidentRecall, 2)}`,
    `${toFixed(own.uncalibrated.answeredNone, 2)} / ${toFixed(own.uncalibrated.incidentRecall, 2)}`,
    toFixed(own.auroc, 3),
  ];
  return [
    '## Nothing wrong: quiet windows',
    `Stretches of the baselines, as long as the incident, as incidents that did not happen. Spans and templates are counted over whole windows, so
quiet windows hold metrics alone; incidents of systems with traces are cut down to metrics as well here, which is why most of theirs go
unnoticed, and "all" holds the systems that have nothing but metrics.`,
    toTable(
      [
        'System',
        'windows',
        'answered none where 90 % of incidents are named',
        'replayed threshold: none / incidents named',
        'shipped threshold: none / incidents named',
        'area under the curve',
      ],
      [...Object.entries(quiet.bySystem).map(([name, own]) => row(name, own)), row('all', quiet)]
    ),
  ];
}
