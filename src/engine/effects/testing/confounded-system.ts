import { gaussian, xorshift32, type Rng } from '../../testing/xorshift.ts';
import type { EffectColumn, EffectInput } from '../effect-input.ts';

/** A system in which load drives everything, so that plain regression is wrong. */
export interface SystemOptions {
  readonly seed: number;
  /** Change of the target for one unit of each cause; 0 for one that does nothing. */
  readonly effects: readonly number[];
  /** How much a unit of load moves each cause; 0.5 for all unless given. */
  readonly loadEffects?: readonly number[];
  readonly baselineRows: number;
  readonly incidentRows: number;
  /** How far the first cause goes during the incident, in standard deviations of its noise. */
  readonly jump?: number;
  /** How far the load goes during the incident. */
  readonly surge?: number;
  /** Correlation of the noise of cause and target with that of the row before. */
  readonly memory?: number;
  /** Share of the variance of the noise that has no memory. */
  readonly fresh?: number;
  /** Standard deviation of further noise of the target during the incident. */
  readonly incidentNoise?: number;
}

/** Column of the traffic at the entry. */
export const LOAD = 0;
/** Column of the latency at the entry. */
export const TARGET = 1;
/** Column of the latency of the first cause; the others follow. */
export const FIRST_CAUSE = 2;

/**
 * Load is AR(.9) with a wave; each cause is half the load plus noise; the target is 0.7 of the load, the effects of the
 * causes and noise. Ref: RCA specification 10.6.
 */
export function confoundedSystem(options: SystemOptions): EffectInput {
  const { seed, effects, baselineRows, incidentRows } = options;
  const n = baselineRows + incidentRows;
  const random = xorshift32(seed);
  const during = (row: number): number => (row >= baselineRows ? 1 : 0);
  const wander = dependentNoise(n, { random, memory: 0.9, fresh: 0, deviation: 0.5 / Math.sqrt(1 - 0.81) });
  const load = wander.map(
    (value, row) => value + 2 * Math.sin((row / 40) * Math.PI) + (options.surge ?? 0) * during(row)
  );
  const noise = (): Float64Array =>
    dependentNoise(n, { random, memory: options.memory ?? 0, fresh: options.fresh ?? 0, deviation: 1 });
  const height = (options.jump ?? 0) * (0.7 + 0.7 * random());
  const causes = effects.map((_, i) =>
    noise().map((value, row) => {
      const step = i === 0 ? height * during(row) * (row === baselineRows ? 0.6 : 0.8 + 0.4 * random()) : 0;
      return (options.loadEffects?.[i] ?? 0.5) * (load[row] ?? 0) + value + step;
    })
  );
  const target = noise().map((value, row) => {
    const carried = effects.reduce((sum, effect, i) => sum + effect * (causes[i]?.[row] ?? 0), 0);
    const extra = options.incidentNoise === undefined ? 0 : options.incidentNoise * gaussian(random) * during(row);
    return carried + 0.7 * (load[row] ?? 0) + value + extra;
  });
  const column = (service: number, kind: EffectColumn['kind'], values: Float64Array): EffectColumn => ({
    service,
    metric: kind,
    kind,
    unit: kind === 'traffic' ? 'per-second' : 'seconds',
    values,
    range: [-Infinity, Infinity],
  });
  return {
    columns: [
      column(0, 'traffic', load),
      column(0, 'latency', target),
      ...causes.map((values, i) => column(i + 1, 'latency', values)),
    ],
    calls: effects.map((_, i) => [0, i + 1] as const),
    entry: 0,
    window: { baselineFrom: 0, baselineTo: baselineRows, incidentFrom: baselineRows, incidentTo: n },
    target: TARGET,
    candidates: effects.map((_, i) => FIRST_CAUSE + i),
    seed,
  };
}

/** Noise of which a part remembers the row before. */
function dependentNoise(
  n: number,
  { random, memory, fresh, deviation }: { random: Rng; memory: number; fresh: number; deviation: number }
): Float64Array {
  let state = gaussian(random);
  return Float64Array.from({ length: n }, () => {
    state = memory * state + Math.sqrt(1 - memory * memory) * gaussian(random);
    const alone = fresh > 0 ? Math.sqrt(fresh) * gaussian(random) : 0;
    return deviation * (Math.sqrt(1 - fresh) * state + alone);
  });
}
