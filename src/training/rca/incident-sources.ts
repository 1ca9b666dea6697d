import { TrainingError } from '../errors.ts';
import type { LabelledCase } from './training-item.ts';

/** One set of labelled incidents, and what allows weights to be made of it. */
export interface IncidentSource {
  readonly system: string;
  /** Repository and commit, or whatever tells where the incidents come from. */
  readonly origin: string;
  /** SPDX identifier, or `own` for incidents of one's own installation. */
  readonly licence: string;
  readonly incidents: number;
}

/** Licences that allow what is learned from the data to be passed on. */
const LICENCES: ReadonlySet<string> = new Set([
  'own',
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
]);

/** Published data without a licence of its own, or on top of others' data: for measuring only, under whatever name. */
const MEASURING_ONLY = /sock-?shop|azamikram\/rcd|rcaeval|tvdiag|gaia|^alerts\b/i;

/**
 * Sums incidents up by where they come from.
 * @returns one entry per system, origin and licence, in the order of their names
 */
export function sourcesOf(
  incidents: readonly Pick<LabelledCase, 'system' | 'origin' | 'licence'>[]
): readonly IncidentSource[] {
  const found = new Map<string, IncidentSource>();
  for (const { system, origin, licence } of incidents) {
    const key = JSON.stringify([system, origin, licence]);
    found.set(key, { system, origin, licence, incidents: (found.get(key)?.incidents ?? 0) + 1 });
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, source]) => source);
}

/**
 * Why incidents may be measured on but not learned from.
 * @returns a sentence, or undefined where they may be learned from
 */
export function refusalOf({ system, origin, licence }: Omit<IncidentSource, 'incidents'>): string | undefined {
  if (MEASURING_ONLY.test(system) || MEASURING_ONLY.test(origin)) {
    return `"${system}" (${origin}) is for measuring only.`;
  }
  if (!LICENCES.has(licence)) {
    const stated = licence === '' ? 'states no licence' : `has the licence "${licence}"`;
    const known = [...LICENCES].join(', ');
    return `"${system}" ${stated} in the field licence of its cases; learned from are ${known}.`;
  }
  return undefined;
}

/**
 * Refuses incidents that may be measured on but not learned from.
 *
 * @param sources  everything that a run would learn from
 * @throws TrainingError `CAUSEWAY_TRAINING_LICENCE` naming the system and the reason
 */
export function checkSources(sources: readonly IncidentSource[]): void {
  for (const source of sources) {
    const refusal = refusalOf(source);
    if (refusal !== undefined) {
      throw new TrainingError('CAUSEWAY_TRAINING_LICENCE', refusal);
    }
  }
}
