import { toFixed, toPage, toTable } from '../markdown.ts';
import type { Gate } from './gates.ts';
import { type AtLevels, LEVELS, type Level } from './levels.ts';
import type { NabFigures } from './nab-figures.ts';
import type { PooledFigures } from './pool-figures.ts';
import { PUBLISHED_NAB, PUBLISHED_TSB_AD } from './published.ts';
import type { Quality } from '../metrics/precision-recall.ts';

interface NabAnswer {
  readonly files: number;
  readonly windows: number;
  readonly ensemble: NabFigures;
  readonly light: NabFigures;
  readonly detectors: Readonly<Record<string, NabFigures>>;
}

interface EntityAnswer {
  readonly entities: number;
  readonly metrics: number;
  readonly contamination: number;
  readonly ensemble: PooledFigures;
  readonly detectors: Readonly<Record<string, PooledFigures>>;
  readonly attribution: { readonly incidents: number; readonly top1: number; readonly top3: number };
}

interface SigmaAnswer extends Quality {
  readonly ensemble: { readonly vusPr: number; readonly events: AtLevels<Quality> };
  readonly detectors: Readonly<Record<string, { readonly vusPr: number; readonly events: AtLevels<Quality> }>>;
  readonly verdict: Readonly<Record<'WARNING' | 'CRITICAL', Quality>>;
  readonly recallByKind: Readonly<Record<string, number>>;
}

type Answer = Readonly<Record<string, unknown>> & { readonly gates: readonly Gate[] };

const LEVEL_NAMES = Object.keys(LEVELS) as readonly Level[];
const share = (value: number | undefined): string => toFixed(value, 2);

/** The answer of the command as a page for people, with what it does not show. */
export function detectionPage(answer: Answer): string {
  const packs = Object.entries(answer).flatMap(([key, part]) => {
    const block = part as Partial<NabAnswer & EntityAnswer>;
    if (block.light) {
      return [nabSection(key, part as NabAnswer)];
    }
    return block.entities === undefined ? [] : [entitySection(key, part as EntityAnswer)];
  });
  return toPage(
    '# Detection benchmark',
    `\`npm run bench:detection -- --data DIR --write\` measures again and writes this page; \`--json\` prints one JSON line. The
figures depend on the data and the random seed only, not on the machine. No test asserts them.`,
    ...packs,
    synthesisSection(answer),
    HONEST_NOTES
  );
}

function nabSection(key: string, nab: NabAnswer): string {
  const row = (
    name: string,
    { standard, standardBest, rewardLowFpBest, rewardLowFnBest, vusPr, events }: NabFigures
  ) => [
    name,
    toFixed(standard, 1),
    toFixed(standardBest, 1),
    toFixed(rewardLowFpBest, 1),
    toFixed(rewardLowFnBest, 1),
    toFixed(vusPr, 3),
    quality(events['0.70']),
  ];
  const ours = [
    row('**full tier**', nab.ensemble),
    row('**light tier**', nab.light),
    ...Object.entries(nab.detectors).map(([name, figures]) => row(name, figures)),
  ];
  return toPage(
    `## One series: ${key}`,
    `${nab.files} files with ${nab.windows} labelled windows. \`fixed\` is the NAB standard score at the fixed score 0.70, with nothing
tuned; the other scores use the best threshold on the same files, which is the convention of the benchmark. Alerts are at 0.70.`,
    toTable(['detector', 'fixed', 'best', 'low FP', 'low FN', 'VUS-PR', 'alerts P / R / F1'], ours),
    `Published, on all 58 files with the best threshold on the same files (our files may be a part of them, so compare with care):`,
    toTable(['detector', 'standard', 'low FP', 'low FN', 'VUS-PR'], PUBLISHED_NAB)
  ).trimEnd();
}

function entitySection(key: string, part: EntityAnswer): string {
  const row = (name: string, figures: PooledFigures) => [
    name,
    toFixed(figures.vusPr, 3),
    toFixed(figures.aucPr, 3),
    ...LEVEL_NAMES.map((level) => quality(figures.events[level])),
    share(figures.byContamination['0']?.['0.70'].f1),
    share(figures.oracle.eventF1),
    share(figures.oracle.pointAdjustedF1),
  ];
  const header = [
    'detector',
    'VUS-PR',
    'AUC-PR',
    ...LEVEL_NAMES.map((level) => `events at ${level}`),
    'F1, c = 0',
    'oracle F1',
    'point-adjusted',
  ];
  return toPage(
    `## Services: ${key}`,
    `${part.entities} entities with ${part.metrics} metrics each, fitted on the unlabelled part with contamination ${part.contamination}. Events as P / R / F1 over
all entities. The last two columns use the best threshold of each entity, and the last one counts an incident as found in whole
when one point of it is: they exist to compare with the literature and are not our result.`,
    toTable(header, [
      row('**ensemble**', part.ensemble),
      ...Object.entries(part.detectors).map(([name, figures]) => row(name, figures)),
    ]),
    `The feature with the largest share in the score is a labelled one in ${share(part.attribution.top1)} of ${part.attribution.incidents} incidents, one of the first three
in ${share(part.attribution.top3)}.`
  ).trimEnd();
}

function synthesisSection(answer: Answer): string {
  const synthetic = answer.synthetic as
    | ({
        readonly services: number;
        readonly seed: number;
        readonly healthy: { readonly alertsPerServiceDay: AtLevels<number> };
      } & Readonly<Record<string, unknown>>)
    | undefined;
  if (synthetic === undefined) {
    return '';
  }
  const sigmas = Object.entries(synthetic).filter((entry): entry is [string, SigmaAnswer] =>
    entry[0].startsWith('sigma')
  );
  const rows = sigmas.flatMap(([name, sigma]) => {
    const row = (stream: string, { vusPr, events }: SigmaAnswer['ensemble']) => [
      name.slice('sigma'.length),
      stream,
      ...LEVEL_NAMES.map((level) => quality(events[level])),
      toFixed(vusPr, 3),
    ];
    return [
      row('**ensemble**', sigma.ensemble),
      ...Object.entries(sigma.detectors).map(([id, figures]) => row(id, figures)),
    ];
  });
  return toPage(
    '## Injected incidents',
    `${synthetic.services} generated services (random seed ${synthetic.seed}): two weeks of history, one week scored with eight incidents of as many
kinds. Sizes in units of the noise of each feature. Events as P / R / F1. The generator is ours, without missing data,
deployments or holidays: good for comparing variants, an upper bound for real incidents.`,
    toTable(['sigma', 'detector', ...LEVEL_NAMES.map((level) => `events at ${level}`), 'VUS-PR'], rows),
    toTable(
      ['sigma', 'verdict WARNING or above', 'verdict CRITICAL', 'recall of the ensemble at 0.80 by kind'],
      sigmas.map(([name, { verdict, recallByKind }]) => [
        name.slice('sigma'.length),
        quality(verdict.WARNING),
        quality(verdict.CRITICAL),
        Object.entries(recallByKind)
          .map(([kind, recall]) => `${kind} ${share(recall)}`)
          .join(', '),
      ])
    ),
    `Healthy services: ${LEVEL_NAMES.map((level) => `${toFixed(synthetic.healthy.alertsPerServiceDay[level], 3)} alerts per service-day at ${level}`).join(', ')}.`,
    toTable(
      ['gate', 'value', 'target', ''],
      answer.gates.map(({ id, value, target, pass }) => [
        id,
        toFixed(value, 3),
        String(target),
        pass ? 'reached' : 'not reached',
      ])
    )
  ).trimEnd();
}

function quality({ precision, recall, f1 }: Quality): string {
  return `${share(precision)} / ${share(recall)} / ${share(f1)}`;
}

const HONEST_NOTES = toPage(
  '## What these figures do not say',
  `- F1 figures of .88 to .93 that are promised for such systems can be shown **on injected incidents** only: the gates above, as
  event F1 at a fixed threshold, without oracle. The gate of the isolation forest stands at eight sigma, since at five it does
  not get there; at three sigma the ensemble does not keep recall and F1 either. As event F1 on real, labelled servers at a
  fixed threshold nothing that we measured or found published reaches these figures.
- "0.9 and more" in the literature is normally point-adjusted with the best threshold per server; the same scores give .85 and more
  here that way, and even a plain moving average gets above .8.
- NAB scores of published detectors use the threshold that is best on the files they are scored on. Detectors that model the
  sequence (HTM, ARTime, CAD OSE) stay ahead of ours. Fewer than thirty files cannot rank two variants that are closer than about
  four points.
- The histories of the server data sets are unlabelled and may hold anomalies; that is why part of the worst training scores is
  left out of the tail fit there, and why the figures without that are shown beside them.`,
  'Published VUS-PR in the multivariate part of TSB-AD, other series than ours:',
  toTable(['method', 'all', 'operations subset'], PUBLISHED_TSB_AD)
).trimEnd();
