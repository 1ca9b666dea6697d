import {
  calibrateAcross,
  DEFAULT_RECIPE,
  EVALUATED,
  type Evaluated,
  type EvaluationFigures,
  figuresOf,
  JUDGED_AS,
  type LabelledCase,
  type Protocol,
  refusalOf,
  runTraining,
} from '#training';
import type { BlindCase } from './blind-case.ts';
import { accuracyOf, round, type Accuracy } from './figures.ts';
import { toLabelledCases } from './labelled-cases.ts';
import type { PackCase } from './pack-case.ts';

/** What weights score on what they were not trained on. */
export interface RefittedFigures extends EvaluationFigures {
  readonly code: Accuracy;
}

/** What the score of the product is worth on systems that were left out; every system counts alike. */
export interface UnseenMean {
  readonly ranker: string;
  readonly top1: number;
  readonly top3: number;
}

/** Figures by protocol and score, and what they were refitted with. */
export interface UnseenFigures {
  readonly meanOfUnseenSystems: UnseenMean | null;
  readonly trainedOn: readonly string[];
  /** Scored only: no licence to learn from them, or for measuring only. */
  readonly testedOnly: readonly string[];
  /** Neither: another set of incidents of a system that is there already. */
  readonly leftOut: readonly string[];
  readonly protocols: Readonly<Partial<Record<Protocol, Readonly<Record<string, RefittedFigures>>>>>;
}

/**
 * Refits the weights without parts of the incidents, as shipped ones are made, and scores them on those parts.
 * @param protocols  what is left out in turn
 * @param say  progress
 */
export async function measureUnseen(
  pack: readonly PackCase[],
  blind: readonly BlindCase[],
  protocols: readonly Protocol[],
  say: (text: string) => void
): Promise<UnseenFigures> {
  const leftOut = repeatedSystems(pack);
  const incidents = toLabelledCases(pack, blind).filter(({ system }) => !leftOut.includes(system));
  const testOnly = systemsOf(incidents.filter((item) => refusalOf(item) !== undefined));
  let told = '';
  const { evaluated } = await runTraining(
    { incidents, topologies: [], recipe: DEFAULT_RECIPE, evaluate: protocols, testOnly },
    {
      onProgress: ({ stage, done, total }) => {
        const text = `refitting: ${stage} ${Math.floor((10 * done) / total) * 10} %`;
        if (text !== told) {
          told = text;
          say(text);
        }
      },
    }
  );
  const unseen = evaluated.unseen?.[JUDGED_AS[DEFAULT_RECIPE.ranker]];
  return {
    meanOfUnseenSystems: unseen
      ? { ranker: DEFAULT_RECIPE.ranker, ...roundAll(figuresOf(unseen).meanOfSystems) }
      : null,
    trainedOn: systemsOf(incidents).filter((system) => !testOnly.includes(system)),
    testedOnly: testOnly,
    leftOut,
    protocols: Object.fromEntries(
      protocols.flatMap((protocol) => {
        const own = evaluated[protocol];
        return own ? [[protocol, figuresByRanker(own, testOnly)]] : [];
      })
    ),
  };
}

function figuresByRanker(evaluated: Evaluated, testOnly: readonly string[]): Readonly<Record<string, RefittedFigures>> {
  return Object.fromEntries(
    EVALUATED.map((name) => {
      const items = calibrateAcross(evaluated[name], testOnly);
      const code = items.filter(({ fault }) => /^(exception|return)$/.test(fault));
      return [name, { ...roundAll(figuresOf(items)), code: accuracyOf(code.map(({ rank }) => rank)) }];
    })
  );
}

function roundAll<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' ? round(item, 3) : item))
  ) as Value;
}

function systemsOf(incidents: readonly Pick<LabelledCase, 'system'>[]): readonly string[] {
  return [...new Set(incidents.map(({ system }) => system))].sort();
}

const SAME_SYSTEM = 0.5;

/** Data sets with the services of a larger data set: leaving out one of both would leave out no system. */
function repeatedSystems(pack: readonly PackCase[]): readonly string[] {
  const sets = [...new Set(pack.map(({ truth }) => truth.dataset))].sort().map((name) => {
    const cases = pack.filter(({ truth }) => truth.dataset === name);
    return {
      name,
      cases: cases.length,
      services: new Set(cases.flatMap(({ services }) => services.map((s) => s.name))),
    };
  });
  return sets
    .filter((own) =>
      sets.some((other) => {
        const larger = other.cases > own.cases || (other.cases === own.cases && other.name < own.name);
        const shared = [...own.services].filter((name) => other.services.has(name)).length;
        return other.name !== own.name && larger && shared > SAME_SYSTEM * own.services.size;
      })
    )
    .map(({ name }) => name);
}
