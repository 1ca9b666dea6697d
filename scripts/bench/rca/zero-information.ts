import { accuracyOf, mean, round, type Accuracy } from './figures.ts';
import type { PackCase } from './pack-case.ts';

/**
 * Always the same answer for a system, whatever the telemetry says: services by how often they were the faulty one in the
 * other cases of the system. What this gets right is luck of the draw, not skill.
 */
export function constantAnswer(pack: readonly PackCase[]): { readonly dataset: string; readonly rank: number }[] {
  return pack.map((item) => {
    const others = pack.filter((other) => other !== item && other.truth.dataset === item.truth.dataset);
    const count = (service: string): number => others.filter(({ truth }) => truth.service === service).length;
    const own = count(item.truth.service);
    const better = item.services.filter(({ name }) => count(name) > own).length;
    const equal = item.services.filter(({ name }) => name !== item.truth.service && count(name) === own).length;
    // Equal ones in an order drawn at random: the middle of the places the answer could take.
    return { dataset: item.truth.dataset, rank: 1 + better + Math.ceil(equal / 2) };
  });
}

/** Services in an order drawn at random: what is expected of it, without drawing. */
export function chance(pack: readonly PackCase[]): Accuracy {
  const top = (k: number): number => mean(pack.map(({ services }) => Math.min(1, k / services.length)));
  return {
    ...accuracyOf([]),
    cases: pack.length,
    top1: round(top(1), 3),
    top3: round(top(3), 3),
    avg5: round(mean([1, 2, 3, 4, 5].map(top)), 3),
  };
}
