import { estimateEffects, type EffectInput, type TestedEffect } from '#engine';
// Naive regression is what the product refuses to do, so the engine does not offer it.
import { neweyWestError } from '../../../src/engine/effects/newey-west.ts';
import { fitSlope } from '../../../src/engine/effects/slope-fit.ts';
import { toStandardColumn } from '../../../src/engine/effects/standard-column.ts';
import { confoundedSystem, TARGET, type SystemOptions } from '../../../src/engine/effects/testing/confounded-system.ts';
import { benjaminiHochberg } from '../../../src/engine/stats/benjamini-hochberg.ts';
import { studentTwoSided, studentWithin } from '../../../src/engine/stats/student-t.ts';
import { mean } from '../detection/round.ts';

/** Share of runs in which a method rejects "no effect", and in which its 95 % interval holds the truth. */
export interface MethodFigures {
  readonly meanSlope: number;
  readonly rejects: number;
  readonly covers: number;
}

/** One kind of system with one true effect. */
export interface SystemFigures {
  readonly system: string;
  readonly truth: number;
  readonly runs: number;
  /** Cause and target alone, Newey-West. */
  readonly naive: MethodFigures;
  /** Load held fixed, Newey-West. */
  readonly classical: MethodFigures;
  /** Load held fixed, the product's error. */
  readonly product: MethodFigures;
  /** Share of runs in which the placebo test lets the effect pass. */
  readonly placeboPasses: number;
  /** The same of the other refuters. */
  readonly randomCausePasses: number;
  readonly subsetsPass: number;
  /** Share of runs with the verdict "supported". */
  readonly supported: number;
}

/** Twelve candidates, three of them real. */
export interface FamilyFigures {
  readonly method: string;
  readonly falseDiscoveryRate: number;
  readonly power: number;
  readonly anyFalse: number;
}

/** Share of real effects of one size that are found. */
export interface PowerFigures {
  readonly system: string;
  readonly effect: number;
  readonly significant: number;
  readonly supported: number;
}

/** The systems of the RCA specification 10.6, and what real incidents add to them. */
export const SYSTEMS: readonly (readonly [name: string, options: Omit<SystemOptions, 'seed' | 'effects'>])[] = [
  ['240 rows', { baselineRows: 60, incidentRows: 180 }],
  ['240 rows, errors that last (.8)', { baselineRows: 60, incidentRows: 180, memory: 0.8 }],
  [
    '240 rows, errors that partly last (.95, 70 % fresh)',
    { baselineRows: 60, incidentRows: 180, memory: 0.95, fresh: 0.7 },
  ],
  ['incident of 5 rows', { baselineRows: 60, incidentRows: 5, jump: 8 }],
  ['incident of 5 rows, errors that last (.6)', { baselineRows: 60, incidentRows: 5, jump: 8, memory: 0.6 }],
  [
    'incident of 5 rows, three times noisier',
    { baselineRows: 60, incidentRows: 5, jump: 8, incidentNoise: Math.sqrt(8) },
  ],
  ['incident of 3 rows', { baselineRows: 60, incidentRows: 3, jump: 8 }],
  ['incident of 20 rows', { baselineRows: 60, incidentRows: 20, jump: 8 }],
  ['surge of load, 10 rows', { baselineRows: 60, incidentRows: 10, surge: 6 }],
];
const TRUTHS = [0, 0.8];
const LEVEL = 0.05;
const FAMILY = [0.3, 0.3, 0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const SIZES = [0.1, 0.2, 0.3, 0.5];

/** Runs every kind of system with every true effect. */
export function simulateSystems(runs: number, seed: number, onDone: (name: string) => void): readonly SystemFigures[] {
  return SYSTEMS.flatMap(([system, options], kind) =>
    TRUTHS.map((truth, i) => {
      const first = seed + 1e7 * (2 * kind + i + 1);
      const results = repeat(runs, (run) => judge({ ...options, seed: first + 1009 * run, effects: [truth] }, truth));
      onDone(`${system}, effect ${truth}`);
      return { system, truth, runs, ...summarise(results) };
    })
  );
}

/** False discoveries and power over twelve candidates of one analysis. */
export function simulateFamilies(runs: number, seed: number): readonly FamilyFigures[] {
  const results = repeat(runs, (run) => {
    const input = familyOf(seed + 1e9 + 1009 * run);
    const effects = [...estimateEffects(input).tested].sort((one, other) => one.column - other.column);
    const naive = (input.candidates ?? []).map((column) => naiveEffect(input, column).p);
    const backdoor = effects.map(({ neweyWest }) => neweyWest.p);
    return [
      ['naive, p', naive.map((p) => p <= LEVEL)],
      ['naive, corrected', benjaminiHochberg(naive).map((q) => q <= LEVEL)],
      ['Newey-West, p', backdoor.map((p) => p <= LEVEL)],
      ['Newey-West, corrected', benjaminiHochberg(backdoor).map((q) => q <= LEVEL)],
      ['product, p', effects.map(({ p }) => p <= LEVEL)],
      ['product, corrected', effects.map(({ q }) => q <= LEVEL)],
      ['product, supported', effects.map(({ verdict }) => verdict === 'supported')],
    ] as const;
  });
  return (results[0] ?? []).map(([method], i) => {
    const hits = results.map((methods) => methods[i]?.[1] ?? []);
    const count = (list: readonly boolean[], real: boolean): number =>
      list.filter((hit, j) => hit && FAMILY[j]! > 0 === real).length;
    return {
      method,
      falseDiscoveryRate: mean(hits.map((list) => count(list, false) / Math.max(1, list.filter(Boolean).length))),
      power: mean(hits.map((list) => count(list, true) / 3)),
      anyFalse: mean(hits.map((list) => (count(list, false) > 0 ? 1 : 0))),
    };
  });
}

/** How small an effect is found. */
export function simulatePower(runs: number, seed: number): readonly PowerFigures[] {
  return SYSTEMS.filter((_, kind) => kind === 0 || kind === 3).flatMap(([system, options], kind) =>
    SIZES.map((effect, i) => {
      const first = seed + 2e9 + 1e7 * (4 * kind + i);
      const found = repeat(runs, (run) => only({ ...options, seed: first + 1009 * run, effects: [effect] }).effect);
      const share = (test: (each: TestedEffect) => boolean): number => mean(found.map((each) => (test(each) ? 1 : 0)));
      return {
        system,
        effect,
        significant: share(({ q }) => q <= LEVEL),
        supported: share(({ verdict }) => verdict === 'supported'),
      };
    })
  );
}

function repeat<Result>(runs: number, run: (index: number) => Result): readonly Result[] {
  return Array.from({ length: runs }, (_, index) => run(index));
}

function familyOf(seed: number): EffectInput {
  const loadEffects = FAMILY.map((_, i) => 0.25 + 0.5 * (((i * 7) % 12) / 11));
  return confoundedSystem({ seed, effects: FAMILY, loadEffects, baselineRows: 60, incidentRows: 180 });
}

function only(options: SystemOptions): { readonly input: EffectInput; readonly effect: TestedEffect } {
  const input = confoundedSystem(options);
  const [effect] = estimateEffects(input).tested;
  if (!effect) {
    throw new Error('a simulated effect is always testable');
  }
  return { input, effect };
}

interface Judged {
  readonly slope: number;
  readonly rejects: boolean;
  readonly covers: boolean;
}

interface RunResult {
  readonly naive: Judged;
  readonly classical: Judged;
  readonly product: Judged;
  readonly effect: TestedEffect;
}

function judge(options: SystemOptions, truth: number): RunResult {
  const { input, effect } = only(options);
  const { slope, neweyWest, rows, adjustedFor } = effect;
  const naive = naiveEffect(input, effect.column);
  const holds = (value: number, half: number): boolean => Math.abs(value - truth) <= half;
  const degrees = rows.baseline + rows.incident - adjustedFor.length - 2;
  return {
    naive: { slope: naive.slope, rejects: naive.p <= LEVEL, covers: holds(naive.slope, naive.half) },
    classical: {
      slope: slope.value,
      rejects: neweyWest.p <= LEVEL,
      covers: holds(slope.value, studentWithin(1 - LEVEL, degrees) * neweyWest.standardError),
    },
    product: {
      slope: slope.value,
      rejects: effect.p <= LEVEL,
      covers: slope.low !== null && slope.high !== null && slope.low <= truth && truth <= slope.high,
    },
    effect,
  };
}

/** Plain regression of the target on a column. */
function naiveEffect(input: EffectInput, column: number): { slope: number; p: number; half: number } {
  const [x, y] = [column, TARGET].map((i) => toStandardColumn(input.columns[i]?.values ?? []));
  const fit = x && y && fitSlope(y.values, x.values, []);
  if (!fit) {
    throw new Error('a simulated column always varies');
  }
  const { standardError, degreesOfFreedom } = neweyWestError(fit);
  const unit = y.deviation / x.deviation;
  return {
    slope: fit.slope * unit,
    p: studentTwoSided(fit.slope / standardError, degreesOfFreedom),
    half: studentWithin(1 - LEVEL, degreesOfFreedom) * standardError * unit,
  };
}

function summarise(results: readonly RunResult[]): Omit<SystemFigures, 'system' | 'truth' | 'runs'> {
  const share = (test: (result: RunResult) => boolean): number => mean(results.map((each) => (test(each) ? 1 : 0)));
  const figures = (pick: (result: RunResult) => Judged): MethodFigures => ({
    meanSlope: mean(results.map((each) => pick(each).slope)),
    rejects: share((each) => pick(each).rejects),
    covers: share((each) => pick(each).covers),
  });
  return {
    naive: figures(({ naive }) => naive),
    classical: figures(({ classical }) => classical),
    product: figures(({ product }) => product),
    placeboPasses: share(({ effect }) => effect.refuters.placebo.passed),
    randomCausePasses: share(({ effect }) => effect.refuters.randomCommonCause.passed),
    subsetsPass: share(({ effect }) => effect.refuters.blockSubsets.passed),
    supported: share(({ effect }) => effect.verdict === 'supported'),
  };
}
