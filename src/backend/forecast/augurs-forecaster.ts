import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SeasonalForecaster } from '#engine';

const MODULE = '@bsull/augurs/mstl';
const WASM = 'mstl_bg.wasm';

/**
 * MSTL with exponential smoothing from `@bsull/augurs`, loaded on first use. The only file that imports the package.
 * A fit of 2,016 points takes 45 to 75 ms of the calling thread: call it from a worker.
 * @throws Error when the package or its wasm file is not there; forecasts then go on without it
 */
export async function loadAugursForecaster(): Promise<SeasonalForecaster> {
  const { default: init, MSTL } = await import('@bsull/augurs/mstl');
  await init({ module_or_path: await readWasm() });
  return {
    forecast(values, period, horizon) {
      const { mean, deviation } = momentsOf(values);
      if (!(deviation > 1e-12 * Math.abs(mean))) {
        return new Float64Array(horizon).fill(mean);
      }
      const model = MSTL.ets(Uint32Array.of(period));
      try {
        model.fit(values.map((value) => (value - mean) / deviation));
        return model.predict(horizon).point.map((value) => mean + deviation * value);
      } finally {
        model.free();
      }
    },
  };
}

/** Constants and huge numbers keep the search for a model busy for seconds: it gets standardised values. */
function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  if (!Number.isFinite(variance)) {
    throw new RangeError('MSTL needs finite values');
  }
  return { mean, deviation: Math.sqrt(variance) };
}

/** The build puts the file next to the bundle; from the sources it is read out of the package. */
async function readWasm(): Promise<Uint8Array<ArrayBuffer>> {
  const bundled = typeof __dirname === 'string' ? path.join(__dirname, WASM) : '';
  const beside = bundled === '' ? undefined : await readFile(bundled).catch(() => undefined);
  const bytes = beside ?? (await readFile(path.join(path.dirname(fileURLToPath(import.meta.resolve(MODULE))), WASM)));
  return Uint8Array.from(bytes);
}
