import { DrainMiner, forecastRidgeLags, forecastSeasonalAr, toLogMessage } from '#engine';
import { loadAugursForecaster } from '../../../src/backend/forecast/augurs-forecaster.ts';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { say } from '../command.ts';
import { medianMs } from './timing.ts';
import { dailySeries } from './workload.ts';

const SHOP_STEPS = 160;
const FAULT_AT_STEP = 80;
const LEAST_LINES = 50_000;
const START_MS = Date.UTC(2026, 10, 18, 12);
const PERIOD = 288;
const HORIZON = 12;
const FORECAST_SERIES = 20;

/** Log lines of the demo's shop, with a fault in the second half. */
function shopLines(): readonly string[] {
  const lines: string[] = [];
  const sink = {
    register: () => 0,
    scrape: () => undefined,
    spans: () => undefined,
    logs: (batch: readonly { readonly line: string; readonly labels: Readonly<Record<string, string>> }[]) =>
      void batch.forEach(({ line, labels }) => lines.push(toLogMessage(line, labels).message)),
  };
  let series = 0;
  const shop = new Shop({ seed: 1, startMs: START_MS, sink: { ...sink, register: () => series++ } });
  const faults = new FaultBoard(shop);
  for (let step = 0; step < SHOP_STEPS; step += 1) {
    if (step === FAULT_AT_STEP) {
      faults.inject('triple', 1, shop.simulatedMs);
    }
    shop.step();
  }
  return lines;
}

/** Lines per second that the miner takes, once it knows the templates. */
export function drainSpeed(): { readonly linesPerSecond: number; readonly lines: number; readonly templates: number } {
  const lines = shopLines();
  const miner = new DrainMiner();
  const rounds = Math.ceil(LEAST_LINES / lines.length);
  const ms = medianMs(() => {
    for (let round = 0; round < rounds; round += 1) {
      lines.forEach((line) => miner.add(line));
    }
  });
  return { linesPerSecond: (1000 * rounds * lines.length) / ms, lines: lines.length, templates: miner.clusters.length };
}

/** Milliseconds of one forecast of twelve steps from a week of points; null where a model cannot be loaded. */
export async function forecastSpeed(): Promise<Readonly<Record<'seasonalAr' | 'ridgeLags' | 'mstl', number | null>>> {
  const series = dailySeries(FORECAST_SERIES);
  const each = (forecast: (values: Float64Array) => unknown): number =>
    medianMs(() => series.forEach((values) => forecast(values))) / series.length;
  const mstl = await loadAugursForecaster().catch((cause: unknown) => {
    say(`SKIPPED: mstl, ${cause instanceof Error ? cause.message : String(cause)}`);
    return undefined;
  });
  return {
    seasonalAr: each((values) => forecastSeasonalAr(values, PERIOD, HORIZON)),
    ridgeLags: each((values) => forecastRidgeLags(values, PERIOD, HORIZON)),
    mstl: mstl ? each((values) => mstl.forecast(values, PERIOD, HORIZON)) : null,
  };
}
