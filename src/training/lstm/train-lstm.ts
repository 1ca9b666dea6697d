import type * as danfojs from 'danfojs-node';
import { LstmDetector, type LstmWeights } from '#engine';
import { openTensorflow } from '../tables/danfo-table.ts';
import { shuffledWindows } from './windows.ts';

type Tensorflow = typeof danfojs.tensorflow;
type Model = ReturnType<Tensorflow['sequential']>;
type Tensor = ReturnType<Tensorflow['tensor']>;

/** Rows of robust z of one service: `values[row * features + feature]`. */
export interface TrainingRows {
  readonly values: Float64Array;
  readonly features: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Centre and scale of the robust z, kept beside the weights. */
  readonly centres: ArrayLike<number>;
  readonly scales: ArrayLike<number>;
}

/** Settings of {@link trainLstm}. */
export interface LstmTraining {
  readonly seed: number;
  /** Rows of one window; default 60. */
  readonly window?: number;
  /** Units of a layer; default 32. */
  readonly hidden?: number;
  /** Default 1. */
  readonly depth?: 1 | 2;
  /** Default 20. */
  readonly epochs?: number;
  /** Windows of one epoch, drawn without replacement; default 1,500. */
  readonly windows?: number;
  readonly signal?: AbortSignal;
  readonly onEpoch?: (epoch: number, trainingLoss: number, validationLoss: number) => void;
}

const BATCH = 64;
const LEARNING_RATE = 1e-3;
const VALIDATION_SHARE = 0.2;
/** Epochs without a better validation loss after which training ends. */
const PATIENCE = 4;

/**
 * Trains the optional LSTM, one step ahead and without labels, on the rows of one service.
 *
 * The last fifth of the time is for validation, the weights of the best epoch are kept. Deterministic for a seed on one
 * machine. Runs for minutes: in a process of its own, never in a server.
 *
 * @throws RangeError when there are fewer than ten windows
 * Cost a window of 60 rows and 32 units is about 4 ms an epoch on the wasm backend. Source: A3.7, without labels.
 */
export async function trainLstm(rows: TrainingRows, options: LstmTraining): Promise<LstmWeights> {
  const { window = 60, hidden = 32, depth = 1, windows = 1500, seed } = options;
  const count = rows.values.length / rows.features;
  const validFrom = Math.floor(count * (1 - VALIDATION_SHARE));
  const training = shuffledWindows(window, validFrom, windows, seed);
  const validation = shuffledWindows(
    Math.max(window, validFrom),
    count,
    Math.ceil(windows * VALIDATION_SHARE),
    seed + 1
  );
  if (training.length < 10 || validation.length < 2) {
    throw new RangeError(`an LSTM needs more rows than ${count}`);
  }
  const tf = await openTensorflow();
  const shape = { window, hidden, depth, features: rows.features, seed };
  const model = buildModel(tf, shape);
  const [input, target] = toTensors(tf, rows, training, window);
  const held = toTensors(tf, rows, validation, window);
  const kept = await bestWeights(model, input, target, held, options);
  tf.dispose([input, target, ...held]);
  model.dispose();
  return withResiduals(toWeights(kept, rows, shape), rows);
}

async function bestWeights(
  model: Model,
  input: Tensor,
  target: Tensor,
  validationData: [Tensor, Tensor],
  { epochs = 20, signal, onEpoch }: LstmTraining
): Promise<readonly Float32Array[]> {
  let best = Infinity;
  let kept: readonly Float32Array[] = [];
  let since = 0;
  for (let epoch = 0; epoch < epochs && since < PATIENCE; epoch += 1) {
    signal?.throwIfAborted();
    const fit = { epochs: 1, batchSize: BATCH, shuffle: false, validationData, verbose: 0 } as const;
    const { history } = await model.fit(input, target, fit);
    const loss = Number(history['val_loss']?.[0]);
    onEpoch?.(epoch, Number(history['loss']?.[0]), loss);
    since = loss < best ? 0 : since + 1;
    if (since === 0) {
      best = loss;
      kept = await Promise.all(model.getWeights().map(readTensor));
    }
  }
  return kept;
}

async function readTensor(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

function buildModel(
  tf: Tensorflow,
  shape: { window: number; hidden: number; depth: number; features: number; seed: number }
): Model {
  const initial = (offset: number) => tf.initializers.glorotNormal({ seed: shape.seed + offset });
  const model = tf.sequential();
  for (let layer = 0; layer < shape.depth; layer += 1) {
    model.add(
      tf.layers.lstm({
        units: shape.hidden,
        ...(layer === 0 ? { inputShape: [shape.window, shape.features] } : {}),
        returnSequences: layer < shape.depth - 1,
        recurrentActivation: 'sigmoid',
        kernelInitializer: initial(3 * layer),
        recurrentInitializer: initial(3 * layer + 1),
      })
    );
  }
  model.add(tf.layers.dense({ units: shape.features, kernelInitializer: initial(99) }));
  model.compile({ optimizer: tf.train.adam(LEARNING_RATE), loss: 'meanSquaredError' });
  return model;
}

/** Windows that end before each target row, and the target rows. */
function toTensors(
  tf: Tensorflow,
  { values, features }: TrainingRows,
  targets: readonly number[],
  window: number
): [Tensor, Tensor] {
  const input = new Float32Array(targets.length * window * features);
  const target = new Float32Array(targets.length * features);
  targets.forEach((row, i) => {
    input.set(values.subarray((row - window) * features, row * features), i * window * features);
    target.set(values.subarray(row * features, (row + 1) * features), i * features);
  });
  return [tf.tensor3d(input, [targets.length, window, features]), tf.tensor2d(target, [targets.length, features])];
}

function toWeights(
  kept: readonly Float32Array[],
  rows: TrainingRows,
  shape: { window: number; hidden: number; depth: number; seed: number }
): LstmWeights {
  const part = (index: number): Float32Array => kept[index] ?? new Float32Array(0);
  const layers = Array.from({ length: shape.depth }, (_, layer) => ({
    kernel: part(3 * layer),
    recurrent: part(3 * layer + 1),
    bias: part(3 * layer + 2),
  }));
  return {
    features: rows.features,
    hidden: shape.hidden,
    window: shape.window,
    layers,
    denseKernel: part(3 * shape.depth),
    denseBias: part(3 * shape.depth + 1),
    residualRms: new Float32Array(rows.features).fill(1),
    centres: Float32Array.from(rows.centres),
    scales: Float32Array.from(rows.scales),
    fromMs: rows.fromMs,
    toMs: rows.toMs,
    seed: shape.seed,
  };
}

/** Runs the forward pass over the training rows to learn how large errors usually are. */
function withResiduals(weights: LstmWeights, { values, features }: TrainingRows): LstmWeights {
  const detector = new LstmDetector(weights);
  const squares = new Float64Array(features);
  let scored = 0;
  for (let at = 0; at < values.length; at += features) {
    if (!Number.isNaN(detector.step(values.subarray(at, at + features)))) {
      scored += 1;
      detector.featureRatios().forEach((ratio, j) => {
        squares[j] = (squares[j] ?? 0) + ratio * ratio;
      });
    }
  }
  return { ...weights, residualRms: Float32Array.from(squares, (sum) => Math.sqrt(sum / Math.max(1, scored))) };
}
