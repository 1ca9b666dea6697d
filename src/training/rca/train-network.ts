import type { NetworkMember } from '#engine';
import { minimise } from './minimise.ts';
import { networkObjective, parametersOf, toMember, toNetworkData, type NetworkShape } from './network-objective.ts';
import { RandomDraws } from './random-draws.ts';
import type { TrainingItem } from './training-item.ts';

/** Settings of {@link trainNetwork}. */
export interface NetworkTraining {
  readonly seed: number;
  /** Default 16. */
  readonly hidden?: number;
  /** Pull of all parameters to zero. */
  readonly l2: number;
  /** Default 200. */
  readonly iterations?: number;
  /** After each iteration; may throw to give up. */
  readonly onIteration?: (iteration: number, loss: number) => void;
}

/** One trained member. */
export interface TrainedNetwork {
  readonly member: NetworkMember;
  readonly loss: number;
  readonly iterations: number;
}

const DEFAULT_HIDDEN = 16;
const DEFAULT_ITERATIONS = 200;
const W1_SPREAD = 0.15;
const W2_SPREAD = 0.3;

/**
 * Trains one network by L-BFGS on all incidents at once. Deterministic for a seed.
 *
 * @param items  at least one; items of cases without a call graph are left to the linear score
 * @throws RangeError without items
 * Cost about 1.1 x iterations evaluations of {@link networkObjective}; 700 incidents of 30 services take some ten seconds.
 * Ref: RCA specification 8.
 */
export function trainNetwork(items: readonly TrainingItem[], training: NetworkTraining): TrainedNetwork {
  const data = toNetworkData(items);
  const shape = { inputs: data.rows.inputs, hidden: training.hidden ?? DEFAULT_HIDDEN };
  const { at, value, iterations } = minimise(
    networkObjective(data, shape.hidden, training.l2),
    startingPoint(shape, training.seed),
    {
      iterations: training.iterations ?? DEFAULT_ITERATIONS,
      ...(training.onIteration && { onIteration: training.onIteration }),
    }
  );
  return { member: toMember(at, shape), loss: value, iterations };
}

function startingPoint(shape: NetworkShape, seed: number): Float64Array {
  const random = new RandomDraws(seed);
  const start = new Float64Array(parametersOf(shape));
  const w1 = shape.inputs * shape.hidden;
  for (let i = 0; i < w1; i += 1) {
    start[i] = W1_SPREAD * random.normal();
  }
  for (let unit = 0; unit < shape.hidden; unit += 1) {
    start[w1 + shape.hidden + unit] = W2_SPREAD * random.normal();
  }
  return start;
}
