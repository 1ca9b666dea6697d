import type { Harm, SignalKind, Unit } from '#model';

/** A signal in memory. */
export interface SyntheticSignal {
  readonly id: string;
  readonly service: string;
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  readonly query: string;
  readonly timesMs: number[];
  readonly values: number[];
}

const SHAPES: readonly (readonly [string, SignalKind, Unit, Harm, number, number])[] = [
  ['latency/p95', 'latency', 'seconds', 'up', 0.1, 40],
  ['error-ratio', 'error-ratio', 'ratio', 'up', 0.004, 60],
  ['request-rate', 'request-rate', 'per-second', 'both', 100, 1],
  ['feature/latency_p99', 'latency', 'seconds', 'up', 0.2, 40],
  ['feature/cpu', 'cpu', 'cores', 'up', 0.5, 5],
  ['feature/memory', 'memory', 'bytes', 'up', 4e8, 1.2],
  ['feature/request_rate_1m', 'request-rate', 'per-second', 'both', 100, 1],
  ['feature/error_rate_1m', 'error-ratio', 'ratio', 'up', 0.004, 60],
];

/** Noisy levels of a few services; from `faultMs` on, one service is slow and fails. */
export function syntheticSignals(options: {
  readonly services: readonly string[];
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly faultMs?: number;
  readonly faulty?: string;
}): readonly SyntheticSignal[] {
  const { services, startMs, stepMs, steps, faultMs = Infinity, faulty } = options;
  const timesMs = Array.from({ length: steps }, (_, i) => startMs + i * stepMs);
  return services.flatMap((service) =>
    SHAPES.map(([suffix, kind, unit, harm, level, factor]) => {
      const id = `${service}/${suffix}`;
      const values = timesMs.map((atMs) => {
        const isFault = service === faulty && atMs >= faultMs;
        return level * (isFault ? factor : 1) * (1 + 0.06 * noise(id, atMs));
      });
      return { id, service, kind, unit, harm, query: 'q', timesMs: [...timesMs], values };
    })
  );
}

/** About normal with deviation 1, the same for the same name and time. */
export function noise(name: string, atMs: number): number {
  let hash = Math.trunc(atMs / 1000) >>> 0;
  for (const letter of name) {
    hash = Math.imul(hash ^ letter.charCodeAt(0), 2_654_435_761) >>> 0;
  }
  let sum = 0;
  for (let i = 0; i < 4; i += 1) {
    hash = (Math.imul(hash ^ (hash >>> 15), 2_246_822_519) + 12_345) >>> 0;
    sum += hash / 2 ** 32 - 0.5;
  }
  return sum * 1.7;
}
