import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildBackend } from '../../../tests/support/plugin-driver/build-backend.ts';
import { ForecastThread } from './forecast-runner.ts';

const WASM = path.resolve(import.meta.dirname, '../../../node_modules/@bsull/augurs/mstl_bg.wasm');
const values = Float64Array.from(
  { length: 2016 },
  (_, i) => 50 + Math.sin((2 * Math.PI * i) / 288) + Math.sin(i * 2.3) / 9
);
const points = { timesMs: Float64Array.from(values, (_, i) => i * 300_000), values };
const input = { points, calibration: undefined, stepSeconds: 300, atMs: 2015 * 300_000 };
let executable: string;

beforeAll(async () => {
  executable = await buildBackend();
});
afterAll(() => rmSync(path.dirname(executable), { recursive: true }));

it('the bundled backend forecasts with the wasm file beside it, and without it', async () => {
  const logs: string[] = [];
  const forecast = async () => {
    const thread = new ForecastThread({ file: executable, log: (_level, message) => logs.push(message) });
    const answer = await thread.run('forecast', input);
    await thread.close();
    return answer;
  };
  expect(await forecast()).toMatchObject({ kind: 'forecast', models: ['seasonalAr', 'ridgeLags'], modelsWanted: 3 });
  expect(logs).toEqual([expect.stringContaining('two of three models')]);
  copyFileSync(WASM, path.join(path.dirname(executable), 'mstl_bg.wasm'));
  expect(await forecast()).toMatchObject({ kind: 'forecast', models: ['seasonalAr', 'ridgeLags', 'mstl'] });
});
