import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeLstm, type LstmWeights } from '#engine';
import { createDetectionEngine } from './product-engine.ts';
import { readLstmModels, weightsFor } from './lstm-models.ts';
import { runtimeConfig } from './runtime-config.ts';

const FEATURES = ['a', 'b', 'c', 'd'].map((name) => `shop/feature/${name}`);
const some = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i + 1) / 4);
const WEIGHTS: LstmWeights = {
  features: 4,
  hidden: 2,
  window: 60,
  layers: [{ kernel: some(32), recurrent: some(16), bias: some(8) }],
  denseKernel: some(8),
  denseBias: some(4),
  residualRms: Float32Array.of(1, 1, 1, 1),
  centres: Float32Array.of(10, 10, 10, 10),
  scales: Float32Array.of(1, 1, 1, 1),
  fromMs: 0,
  toMs: 1,
  seed: 1,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-lstm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(gate: unknown, weights: Uint8Array = encodeLstm(WEIGHTS)): string {
  writeFileSync(path.join(folder, 'gate.json'), JSON.stringify(gate));
  writeFileSync(path.join(folder, 'shop.lstm'), weights);
  return folder;
}
const gate = (passes: boolean, file = 'shop.lstm') => ({
  schema: 'causeway.lstm-gate/1',
  passes,
  services: [{ name: 'shop', file, features: FEATURES }],
});

describe('LSTM models of an installation', () => {
  it('are read where they passed their gate, for the features they were trained on', () => {
    const models = readLstmModels(write(gate(true)));
    expect(weightsFor(models, FEATURES)).toEqual(WEIGHTS);
    expect(weightsFor(models, FEATURES.toReversed())).toBeUndefined();
    expect(weightsFor(models, FEATURES.slice(1))).toBeUndefined();
  });

  it('are none where they did not pass', () => {
    expect(readLstmModels(write(gate(false)))).toEqual({});
  });

  it.each([
    ['no directory', () => '/nowhere', /gate\.json cannot be read/],
    ['another file', () => write({ schema: 'x' }), /gate\.json: schema/],
    ['a file outside', () => write(gate(true, '../shop.lstm')), /gate\.json: services\.0\.file/],
    ['missing weights', () => write(gate(true, 'other.lstm')), /other\.lstm cannot be read/],
    ['damaged weights', () => write(gate(true), encodeLstm(WEIGHTS).with(70, 9)), /shop\.lstm: .*damaged/],
  ])('refuse %s', (_, make, message) => {
    expect(() => readLstmModels(make())).toThrow(message);
  });

  it('join the model of their service', () => {
    const lstm = readLstmModels(write(gate(true)));
    const rows = 700;
    const table = {
      features: FEATURES.map((signalId) => ({ signalId, unit: 'count' as const, harm: 'up' as const })),
      timesMs: Float64Array.from({ length: rows }, (_, i) => i * 300_000),
      columns: FEATURES.map((_, j) => Float64Array.from({ length: rows }, (__, i) => 10 + Math.sin(i * (j + 1.3)))),
    };
    const speaks = (models: typeof lstm): boolean => {
      const fit = createDetectionEngine(runtimeConfig({ lstm: models })).fitService(table);
      const step = fit.kind === 'fitted' ? fit.model.step(rows * 300_000, [10, 10, 10, 10], []) : undefined;
      return step?.detection.members.some(({ detector }) => detector === 'lstm') ?? false;
    };
    expect([speaks(lstm), speaks({})]).toEqual([true, false]);
  });
});
