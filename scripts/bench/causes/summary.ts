import type { Gate } from '../detection/gates.ts';
import type { CauseAnswer, CauseResult } from './tasks.ts';

/** The answer of `bench:causes`. */
export interface CausesAnswer {
  readonly schema: 'causeway.bench-causes/1';
  readonly seeds: readonly number[];
  readonly results: readonly CauseResult[];
  /** Over all faults; harmless changes are left out. */
  readonly first: Accuracy;
  readonly settled: Accuracy;
  /** With the telemetry of the true causes hidden. */
  readonly hidden: { readonly cases: number; readonly wrongName: number; readonly inconclusive: number };
  readonly gates: readonly Gate[];
}

/** How often the true cause came first. A fault without an incident counts as wrong. */
export interface Accuracy {
  readonly cases: number;
  readonly top1: number;
  readonly top3: number;
  /** Named causes that are true, of all named. */
  readonly setPrecision: number;
  /** True causes that were named, of all. */
  readonly setRecall: number;
}

const CONCURRENT = 'triple';

/** Sums up all runs. */
export function summariseCauses(seeds: readonly number[], results: readonly CauseResult[]): CausesAnswer {
  const faults = results.filter(({ isFault }) => isFault);
  const settled = accuracyOf(faults.map(({ settled: answer, truth }) => ({ answer, truth })));
  const hiddenAnswers = faults.flatMap(({ hidden }) => (hidden ? [hidden] : []));
  const wrong = hiddenAnswers.filter(
    ({ decision, verdict }) => decision === 'root-cause' && verdict !== 'INCONCLUSIVE'
  );
  const hidden = {
    cases: hiddenAnswers.length,
    wrongName: wrong.length,
    inconclusive: hiddenAnswers.length - wrong.length,
  };
  return {
    schema: 'causeway.bench-causes/1',
    seeds,
    results,
    first: accuracyOf(faults.map(({ first: answer, truth }) => ({ answer, truth }))),
    settled,
    hidden,
    gates: gatesOf(results, settled, hidden),
  };
}

function accuracyOf(
  cases: readonly { readonly answer: CauseAnswer | null; readonly truth: readonly string[] }[]
): Accuracy {
  const share = (holds: (answer: CauseAnswer) => boolean): number =>
    cases.filter(({ answer }) => answer?.decision === 'root-cause' && holds(answer)).length / cases.length;
  const sum = (count: (item: (typeof cases)[number]) => number): number =>
    cases.reduce((total, item) => total + count(item), 0);
  const right = sum(({ answer, truth }) => truth.filter((service) => answer?.causes.includes(service)).length);
  return {
    cases: cases.length,
    top1: share(({ rank }) => rank === 1),
    top3: share(({ rank }) => rank !== null && rank <= 3),
    setPrecision: right / sum(({ answer }) => answer?.causes.length ?? 0),
    setRecall: right / sum(({ truth }) => truth.length),
  };
}

function gatesOf(results: readonly CauseResult[], settled: Accuracy, hidden: CausesAnswer['hidden']): readonly Gate[] {
  const sets = results.filter(({ fault }) => fault === CONCURRENT);
  const exact = sets.filter(
    ({ settled: answer, truth }) =>
      answer?.causes.length === truth.length && truth.every((service) => answer.causes.includes(service))
  );
  const harmless = results.filter(({ isFault, settled: answer }) => !isFault && answer?.decision === 'root-cause');
  const setShare = sets.length === 0 ? undefined : exact.length / sets.length;
  return [
    gate('true cause first', settled.top1, 0.9, settled.top1 >= 0.9),
    ...(setShare === undefined ? [] : [gate('three causes named, and no other', setShare, 1, setShare === 1)]),
    gate('wrong names without the telemetry of the cause', hidden.wrongName, 0, hidden.wrongName === 0),
    gate('causes named for harmless changes', harmless.length, 0, harmless.length === 0),
  ];
}

function gate(id: string, value: number, target: number, pass: boolean): Gate {
  return { id, value, target, pass };
}
