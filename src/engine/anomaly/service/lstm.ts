import type { StateReader, StateWriter } from './state-bytes.ts';

/** Weights of one recurrent layer, gates in the order input, forget, cell, output. */
export interface LstmLayer {
  /** Inputs x 4 hidden, row-major. */
  readonly kernel: Float32Array;
  /** Hidden x 4 hidden, row-major. */
  readonly recurrent: Float32Array;
  /** 4 hidden. */
  readonly bias: Float32Array;
}

/** A trained next-step predictor of a service's robust z rows, with where it came from. */
export interface LstmWeights {
  readonly features: number;
  readonly hidden: number;
  /** Rows of one training window. */
  readonly window: number;
  /** One or two. */
  readonly layers: readonly LstmLayer[];
  /** Hidden x features, row-major. */
  readonly denseKernel: Float32Array;
  readonly denseBias: Float32Array;
  /** Per feature: root mean square of the errors over three steps in training. */
  readonly residualRms: Float32Array;
  /** Per feature: centre and scale of the robust z that it was trained on. */
  readonly centres: Float32Array;
  readonly scales: Float32Array;
  /** Span of the training data, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly seed: number;
}

const MAGIC = 0x4c535431;
const HEADER_BYTES = 48;
const MAX_SIZE = 512;
/** A prediction needs a few rows before its error says anything. */
const WARM_UP_ROWS = 12;
const LAST_STEPS = 3;
/** Smallest root mean square that an error is measured against, as for sub-PCA. */
const RMS_FLOOR = 0.05;

/**
 * Writes weights as one binary: header (format, shapes, span, seed, checksum), then Float32, little-endian.
 * Cost O(weights).
 */
export function encodeLstm(weights: LstmWeights): Uint8Array {
  const parts = partsOf(weights);
  const floats = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + 4 * floats);
  const view = new DataView(bytes.buffer);
  let at = HEADER_BYTES;
  for (const part of parts) {
    for (const value of part) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, weights.features, true);
  view.setUint16(6, weights.hidden, true);
  view.setUint16(8, weights.window, true);
  view.setUint16(10, weights.layers.length, true);
  view.setFloat64(16, weights.fromMs, true);
  view.setFloat64(24, weights.toMs, true);
  view.setUint32(32, weights.seed, true);
  view.setUint32(36, checksum(bytes.subarray(HEADER_BYTES)), true);
  return bytes;
}

/**
 * Reads what {@link encodeLstm} wrote.
 * @throws RangeError when the format, the size or the checksum is not right
 * Cost O(weights).
 */
export function decodeLstm(bytes: Uint8Array): LstmWeights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new RangeError('these are no LSTM weights of this version');
  }
  const features = view.getUint16(4, true);
  const hidden = view.getUint16(6, true);
  const depth = view.getUint16(10, true);
  const isSane = features >= 1 && hidden >= 1 && features <= MAX_SIZE && hidden <= MAX_SIZE && depth >= 1 && depth <= 2;
  const floats = isSane ? floatsOf(features, hidden, depth) : -1;
  if (bytes.length !== HEADER_BYTES + 4 * floats) {
    throw new RangeError('the LSTM weights have another size than their header says');
  }
  if (view.getUint32(36, true) !== checksum(bytes.subarray(HEADER_BYTES))) {
    throw new RangeError('the LSTM weights are damaged');
  }
  let at = HEADER_BYTES;
  const take = (length: number): Float32Array => {
    const part = new Float32Array(length);
    for (let i = 0; i < length; i += 1, at += 4) {
      part[i] = view.getFloat32(at, true);
    }
    return part;
  };
  const layers = Array.from({ length: depth }, (_, layer) => ({
    kernel: take((layer === 0 ? features : hidden) * 4 * hidden),
    recurrent: take(hidden * 4 * hidden),
    bias: take(4 * hidden),
  }));
  return {
    features,
    hidden,
    window: view.getUint16(8, true),
    layers,
    denseKernel: take(hidden * features),
    denseBias: take(features),
    residualRms: take(features),
    centres: take(features),
    scales: take(features),
    fromMs: view.getFloat64(16, true),
    toMs: view.getFloat64(24, true),
    seed: view.getUint32(32, true),
  };
}

/**
 * Forward pass of the optional LSTM: predicts the next row of robust z and scores the error.
 *
 * Stateful: the recurrent state runs on from row to row, which costs a sixtieth of running each window anew; it restarts after
 * a gap. The score is that of sub-PCA: per feature the root mean square of the last three errors over the one in training, then
 * the root mean square over features.
 *
 * Cost per row 4 hidden (features + hidden) multiply-adds per layer. Source: A3.7; Hochreiter & Schmidhuber 1997, Neural
 * Computation 9(8), eqs. 1-5, with forget gates (Gers 2000). Deviation: trained without labels, one step ahead.
 */
export class LstmDetector {
  private readonly weights: LstmWeights;
  private readonly hidden: readonly Float64Array[];
  private readonly cell: readonly Float64Array[];
  private readonly gates: Float64Array;
  private readonly predicted: Float64Array;
  private readonly squares: Float64Array;
  private readonly ratios: Float64Array;
  private rows = 0;

  constructor(weights: LstmWeights) {
    this.weights = weights;
    this.hidden = weights.layers.map(() => new Float64Array(weights.hidden));
    this.cell = weights.layers.map(() => new Float64Array(weights.hidden));
    this.gates = new Float64Array(4 * weights.hidden);
    this.predicted = new Float64Array(weights.features);
    this.squares = new Float64Array(LAST_STEPS * weights.features);
    this.ratios = new Float64Array(weights.features);
  }

  /**
   * Takes the next row.
   * @param z  robust z of each feature; missing ones as 0
   * @returns the score >= 0; NaN while there are too few rows
   */
  step(z: ArrayLike<number>): number {
    const { features } = this.weights;
    if (this.rows > 0) {
      const slot = (this.rows % LAST_STEPS) * features;
      for (let j = 0; j < features; j += 1) {
        this.squares[slot + j] = ((z[j] ?? 0) - (this.predicted[j] ?? 0)) ** 2;
      }
    }
    this.rows += 1;
    this.advance(z);
    return this.rows > WARM_UP_ROWS ? this.score() : NaN;
  }

  /** Error of each feature over the one in training, of the last row: the attribution. Reused between calls. */
  featureRatios(): Float64Array {
    return this.ratios;
  }

  /** Prediction of the next row. Reused between calls. */
  nextRow(): Float64Array {
    return this.predicted;
  }

  /** Forgets the rows before, as after a gap. */
  reset(): void {
    this.rows = 0;
    this.squares.fill(0);
    [...this.hidden, ...this.cell].forEach((state) => state.fill(0));
  }

  /** Appends the recurrent state; the weights are not part of it. */
  save(writer: StateWriter): void {
    writer.int(this.rows).float64(this.predicted).float64(this.squares);
    [...this.hidden, ...this.cell].forEach((state) => writer.float64(state));
  }

  /** Reads what {@link save} wrote, into this. */
  restore(reader: StateReader): void {
    this.rows = reader.int();
    this.predicted.set(reader.float64(this.predicted.length));
    this.squares.set(reader.float64(this.squares.length));
    [...this.hidden, ...this.cell].forEach((state) => state.set(reader.float64(state.length)));
  }

  private score(): number {
    const { features, residualRms } = this.weights;
    let sum = 0;
    for (let j = 0; j < features; j += 1) {
      let squares = 0;
      for (let step = 0; step < LAST_STEPS; step += 1) {
        squares += this.squares[step * features + j] ?? 0;
      }
      const ratio = Math.sqrt(squares / LAST_STEPS) / Math.max(residualRms[j] ?? 0, RMS_FLOOR);
      this.ratios[j] = ratio;
      sum += ratio * ratio;
    }
    return Math.sqrt(sum / features);
  }

  private advance(z: ArrayLike<number>): void {
    let input = z;
    this.weights.layers.forEach((layer, index) => {
      const hidden = this.hidden[index] ?? this.gates;
      this.runLayer(layer, input, hidden, this.cell[index] ?? this.gates);
      input = hidden;
    });
    const { denseBias, denseKernel, features, hidden: size } = this.weights;
    for (let j = 0; j < features; j += 1) {
      let sum = denseBias[j] ?? 0;
      for (let k = 0; k < size; k += 1) {
        sum += (input[k] ?? 0) * (denseKernel[k * features + j] ?? 0);
      }
      this.predicted[j] = sum;
    }
  }

  private runLayer(layer: LstmLayer, input: ArrayLike<number>, hidden: Float64Array, cell: Float64Array): void {
    const { gates } = this;
    const size = hidden.length;
    gates.set(layer.bias);
    addProduct(gates, input, layer.kernel);
    addProduct(gates, hidden, layer.recurrent);
    for (let k = 0; k < size; k += 1) {
      const forget = sigmoid(gates[size + k] ?? 0) * (cell[k] ?? 0);
      const added = sigmoid(gates[k] ?? 0) * Math.tanh(gates[2 * size + k] ?? 0);
      cell[k] = forget + added;
      hidden[k] = sigmoid(gates[3 * size + k] ?? 0) * Math.tanh(forget + added);
    }
  }
}

/** `sums += vector . matrix`, the matrix row-major with as many columns as `sums`. */
function addProduct(sums: Float64Array, vector: ArrayLike<number>, matrix: Float32Array): void {
  const columns = sums.length;
  for (let row = 0; row * columns < matrix.length; row += 1) {
    const value = vector[row] ?? 0;
    const start = row * columns;
    for (let column = 0; column < columns; column += 1) {
      sums[column] = (sums[column] ?? 0) + value * (matrix[start + column] ?? 0);
    }
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function partsOf(weights: LstmWeights): readonly Float32Array[] {
  return [
    ...weights.layers.flatMap(({ kernel, recurrent, bias }) => [kernel, recurrent, bias]),
    weights.denseKernel,
    weights.denseBias,
    weights.residualRms,
    weights.centres,
    weights.scales,
  ];
}

function floatsOf(features: number, hidden: number, depth: number): number {
  const recurrent = 4 * hidden * (hidden + 1);
  return (
    4 * hidden * features +
    recurrent +
    (depth - 1) * (4 * hidden * hidden + recurrent) +
    hidden * features +
    4 * features
  );
}

/** FNV-1a over the bytes. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
