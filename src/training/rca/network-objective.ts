import type { NetworkMember } from '#engine';
import type { Objective } from './minimise.ts';
import { itemWeights, type TrainingItem } from './training-item.ts';

/** Inputs of every row without their zeros, which are most of them. */
interface SparseRows {
  readonly inputs: number;
  /** First entry of each row, and the end of the last. */
  readonly from: Uint32Array;
  readonly column: Uint16Array;
  readonly value: Float64Array;
}

/** Incidents in the form that the training of networks reads. */
export interface NetworkData {
  readonly rows: SparseRows;
  /** First row of each item, and the end of the last. */
  readonly from: Uint32Array;
  /** Row of the guilty service of each item. */
  readonly truth: Uint32Array;
  /** Weight of each item. */
  readonly shares: Float64Array;
}

/** Rows whose share of the error is smaller change nothing. */
const NO_ERROR = 1e-12;

/**
 * Packs items for training.
 * @throws RangeError without items, or when their rows have different widths
 * Cost O(rows x inputs), memory about 10 bytes for every number that is not zero.
 */
export function toNetworkData(items: readonly TrainingItem[]): NetworkData {
  const [first] = items;
  if (!first) {
    throw new RangeError('a network needs at least one incident to learn from');
  }
  const inputs = first.inputs.length / first.rows;
  if (items.some((item) => item.inputs.length !== item.rows * inputs)) {
    throw new RangeError('all incidents need the same inputs');
  }
  const from = new Uint32Array(items.length + 1);
  items.forEach((item, i) => (from[i + 1] = (from[i] ?? 0) + item.rows));
  return {
    rows: packRows(items, inputs),
    from,
    truth: Uint32Array.from(items, (item, i) => (from[i] ?? 0) + item.truth),
    shares: itemWeights(items),
  };
}

function packRows(items: readonly TrainingItem[], inputs: number): SparseRows {
  const filled = items.reduce((sum, item) => sum + item.inputs.reduce((n, value) => n + (value === 0 ? 0 : 1), 0), 0);
  const rows = items.reduce((sum, item) => sum + item.rows, 0);
  const packed = {
    inputs,
    from: new Uint32Array(rows + 1),
    column: new Uint16Array(filled),
    value: new Float64Array(filled),
  };
  let row = 0;
  let entry = 0;
  for (const item of items) {
    for (let i = 0; i < item.inputs.length; i += 1) {
      const value = item.inputs[i] ?? 0;
      if (value !== 0) {
        packed.column[entry] = i % inputs;
        packed.value[entry] = value;
        entry += 1;
      }
      if ((i + 1) % inputs === 0) {
        row += 1;
        packed.from[row] = entry;
      }
    }
  }
  return packed;
}

/** Where the parts of a network stand in its vector of parameters. */
export interface NetworkShape {
  readonly inputs: number;
  readonly hidden: number;
}

/** @returns number of parameters: W1, b1, w2, skip, in this order */
export function parametersOf({ inputs, hidden }: NetworkShape): number {
  return inputs * hidden + 2 * hidden + inputs;
}

/** The vector of parameters as a network; the arrays are copies. */
export function toMember(parameters: Float64Array, { inputs, hidden }: NetworkShape): NetworkMember {
  const b1 = inputs * hidden;
  return {
    w1: parameters.slice(0, b1),
    b1: parameters.slice(b1, b1 + hidden),
    w2: parameters.slice(b1 + hidden, b1 + 2 * hidden),
    skip: parameters.slice(b1 + 2 * hidden),
  };
}

/**
 * What the training of a network minimises: `sum W_c (-log softmax(score)[truth]) + l2/2 |all parameters|^2` with
 * `score = relu(h W1 + b1) . w2 + h . skip`. The gradient is exact but for kinks of relu.
 *
 * @param data  from {@link toNetworkData}
 * @param hidden  hidden units
 * @param l2  pull to zero
 * Cost of an evaluation O(numbers that are not zero x hidden). Ref: RCA specification 8.
 */
export function networkObjective(data: NetworkData, hidden: number, l2: number): Objective {
  const pass = new NetworkPass(data, hidden);
  return (at, gradient) => {
    let value = 0;
    at.forEach((parameter, i) => {
      gradient[i] = l2 * parameter;
      value += (l2 / 2) * parameter * parameter;
    });
    pass.forward(at);
    value += pass.loss();
    pass.backward(at, gradient);
    return value;
  };
}

/** Forward and backward pass over all rows, with buffers that are used again. */
class NetworkPass {
  private readonly data: NetworkData;
  private readonly hidden: number;
  /** Rows x hidden, after relu. */
  private readonly active: Float64Array;
  private readonly score: Float64Array;
  /** Derivative of the loss by the score. */
  private readonly error: Float64Array;
  private readonly unitError: Float64Array;
  /** Where the parts begin in the vector of parameters. */
  private readonly places: Readonly<Record<'b1' | 'w2' | 'skip', number>>;

  constructor(data: NetworkData, hidden: number) {
    const rows = data.rows.from.length - 1;
    this.data = data;
    this.hidden = hidden;
    this.active = new Float64Array(rows * hidden);
    this.score = new Float64Array(rows);
    this.error = new Float64Array(rows);
    this.unitError = new Float64Array(hidden);
    const b1 = data.rows.inputs * hidden;
    this.places = { b1, w2: b1 + hidden, skip: b1 + 2 * hidden };
  }

  forward(at: Float64Array): void {
    const { b1, w2 } = this.places;
    for (let row = 0; row < this.score.length; row += 1) {
      const base = row * this.hidden;
      for (let unit = 0; unit < this.hidden; unit += 1) {
        this.active[base + unit] = at[b1 + unit] ?? 0;
      }
      let sum = this.addInputs(at, row);
      for (let unit = 0; unit < this.hidden; unit += 1) {
        const output = Math.max(0, this.active[base + unit] ?? 0);
        this.active[base + unit] = output;
        sum += output * (at[w2 + unit] ?? 0);
      }
      this.score[row] = sum;
    }
  }

  /** Adds the row's inputs to its hidden units; returns what bypasses them. */
  private addInputs(at: Float64Array, row: number): number {
    const { active, hidden } = this;
    const { from, column, value } = this.data.rows;
    const base = row * hidden;
    const end = from[row + 1] ?? 0;
    let bypass = 0;
    for (let entry = from[row] ?? 0; entry < end; entry += 1) {
      const x = value[entry] ?? 0;
      const input = column[entry] ?? 0;
      const w1 = input * hidden;
      bypass += x * (at[this.places.skip + input] ?? 0);
      for (let unit = 0; unit < hidden; unit += 1) {
        active[base + unit] = (active[base + unit] ?? 0) + x * (at[w1 + unit] ?? 0);
      }
    }
    return bypass;
  }

  /** Weighted negative log likelihood; leaves its derivatives in `error`. */
  loss(): number {
    const { score, error } = this;
    const { from, truth, shares } = this.data;
    let total = 0;
    for (let item = 0; item < truth.length; item += 1) {
      const share = shares[item] ?? 0;
      const cause = truth[item] ?? 0;
      const first = from[item] ?? 0;
      const end = from[item + 1] ?? 0;
      const most = score.subarray(first, end).reduce((best, value) => Math.max(best, value), -Infinity);
      let sum = 0;
      for (let row = first; row < end; row += 1) {
        error[row] = Math.exp((score[row] ?? 0) - most);
        sum += error[row] ?? 0;
      }
      for (let row = first; row < end; row += 1) {
        error[row] = (share * (error[row] ?? 0)) / sum;
      }
      error[cause] = (error[cause] ?? 0) - share;
      total -= share * ((score[cause] ?? 0) - most - Math.log(sum));
    }
    return total;
  }

  backward(at: Float64Array, gradient: Float64Array): void {
    const { active, unitError, hidden } = this;
    const { b1, w2 } = this.places;
    for (let row = 0; row < this.error.length; row += 1) {
      const wrong = this.error[row] ?? 0;
      if (Math.abs(wrong) < NO_ERROR) {
        continue;
      }
      for (let unit = 0; unit < hidden; unit += 1) {
        const output = active[row * hidden + unit] ?? 0;
        gradient[w2 + unit] = (gradient[w2 + unit] ?? 0) + wrong * output;
        unitError[unit] = output > 0 ? wrong * (at[w2 + unit] ?? 0) : 0;
        gradient[b1 + unit] = (gradient[b1 + unit] ?? 0) + (unitError[unit] ?? 0);
      }
      this.addInputErrors(gradient, row, wrong);
    }
  }

  private addInputErrors(gradient: Float64Array, row: number, wrong: number): void {
    const { unitError, hidden } = this;
    const { from, column, value } = this.data.rows;
    const end = from[row + 1] ?? 0;
    for (let entry = from[row] ?? 0; entry < end; entry += 1) {
      const x = value[entry] ?? 0;
      const input = column[entry] ?? 0;
      const w1 = input * hidden;
      const skip = this.places.skip + input;
      gradient[skip] = (gradient[skip] ?? 0) + wrong * x;
      for (let unit = 0; unit < hidden; unit += 1) {
        gradient[w1 + unit] = (gradient[w1 + unit] ?? 0) + x * (unitError[unit] ?? 0);
      }
    }
  }
}
