import { findPacks, listEntities, type Pack } from '../packs/find-packs.ts';
import { readNabWindows } from '../packs/nab-pack.ts';
import { type DetectionArguments, SYNTHETIC } from './arguments.ts';
import type { BenchTask } from './tasks.ts';

/** Contaminations for which events are always reported. */
export const CONTAMINATIONS = [0, 0.0025, 0.005, 0.01] as const;
/** Sigma of services without incidents. */
export const HEALTHY = 0;

/** The tasks of one section of the result. */
export interface Section {
  readonly key: string;
  readonly format: Pack['format'] | typeof SYNTHETIC;
  readonly tasks: readonly BenchTask[];
}

/**
 * What is to be done, section by section.
 * @param skip told about everything that was passed over, with the reason
 * @throws BenchError for a data directory that does not exist
 */
export function planSections(
  args: DetectionArguments,
  skip: (name: string, reason: string) => void
): readonly Section[] {
  const wanted = (key: string): boolean => args.only === undefined || args.only.includes(key);
  const found = args.data === undefined ? { packs: [], skipped: [] } : findPacks(args.data);
  found.skipped.forEach(({ name, reason }) => skip(name, reason));
  const known = [...found.packs.map(({ key }) => key), SYNTHETIC];
  args.only?.filter((key) => !known.includes(key)).forEach((key) => skip(key, 'no such data set'));
  const sections = found.packs
    .filter(({ key }) => wanted(key))
    .map((pack) => ({ key: pack.key, format: pack.format, tasks: tasksOf(pack, args) }));
  return wanted(SYNTHETIC)
    ? [...sections, { key: SYNTHETIC, format: SYNTHETIC, tasks: syntheticTasks(args) }]
    : sections;
}

function tasksOf({ key, directory, format }: Pack, { contamination, seed }: DetectionArguments): readonly BenchTask[] {
  if (format === 'nab') {
    return [...readNabWindows(directory).keys()].map((file) => ({ kind: 'nab', directory, file }));
  }
  const contaminations = [...new Set([contamination, ...CONTAMINATIONS])];
  return listEntities(directory).flatMap((entity) =>
    contaminations.map((share) => ({ kind: 'entity' as const, directory, key, entity, contamination: share, seed }))
  );
}

function syntheticTasks({ seed, services, sigma }: DetectionArguments): readonly BenchTask[] {
  return [...sigma, HEALTHY].flatMap((size) =>
    Array.from({ length: services }, (_, service) => ({ kind: 'synthetic' as const, seed, service, sigma: size }))
  );
}
