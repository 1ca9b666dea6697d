import { toFixed, toTable } from '../markdown.ts';
import { shareCell } from './page-cells.ts';
import type { RefittedFigures, UnseenFigures } from './unseen.ts';

/** What each protocol keeps from the training. */
const TITLES: Readonly<Record<string, string>> = {
  unseen: 'A whole system is left out: what a new installation may expect',
  service: 'A fifth of the faulty services of each system is left out',
  fault: 'A fifth of the kinds of fault of each system is left out',
  case: 'A fifth of the incidents is left out: faults that were seen before at services that were seen before',
};

/** What weights are worth on what they were not trained on. */
export function refittedSections(refitted: UnseenFigures | undefined): readonly string[] {
  if (!refitted) {
    return [];
  }
  const { trainedOn, testedOnly, leftOut, protocols } = refitted;
  return [
    '## What the weights are worth where they were not trained',
    `Weights are fitted again without a part of the incidents, with the same recipe as the shipped ones, and scored on that part. Learned from
are ${trainedOn.join(', ')}; scored only: ${testedOnly.join(', ') || 'none'}; left out, since another set holds the same system: ${leftOut.join(', ') || 'none'}.
"Linear" is fitted toward \`prior\`; "network" are the networks of simulation and incidents, "simulation" those of simulation alone, which
saw no incident of any system. Blends: half and half; \`three-way\` is half linear and a quarter each. "Sure and right": answers with a
confidence of at least 0.9, at a temperature fitted to the other systems.`,
    ...Object.entries(protocols).flatMap(([protocol, byRanker]) => [
      `### ${TITLES[protocol] ?? protocol}`,
      protocolTable(byRanker),
    ]),
  ];
}

function protocolTable(byRanker: Readonly<Record<string, RefittedFigures>>): string {
  const systems = Object.keys(Object.values(byRanker)[0]?.bySystem ?? {});
  return toTable(
    [
      'Score',
      'top-1',
      'top-3',
      'mean of systems',
      'faults of code',
      'sure and right',
      'calibration error',
      ...systems.map((system) => `${system}: top-1 / top-3`),
    ],
    Object.entries(byRanker).map(([name, own]) => [
      name,
      shareCell(own.top1, own.cases),
      shareCell(own.top3, own.cases),
      `${toFixed(own.meanOfSystems.top1, 3)} / ${toFixed(own.meanOfSystems.top3, 3)}`,
      `${toFixed(own.code.top1, 2)} / ${toFixed(own.code.top3, 2)}`,
      `${own.calibration.sureAndRight} of ${own.calibration.sure}`,
      toFixed(own.calibration.ece, 3),
      ...systems.map(
        (system) => `${toFixed(own.bySystem[system]?.top1, 2)} / ${toFixed(own.bySystem[system]?.top3, 2)}`
      ),
    ])
  );
}
