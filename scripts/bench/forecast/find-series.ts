import { findPacks, listEntities } from '../packs/find-packs.ts';
import { conventionOf, readEntity } from '../packs/multivariate-pack.ts';
import { medianStepSeconds, readNabSeries, readNabWindows } from '../packs/nab-pack.ts';

/** One series that is forecast. */
export interface BenchSeries {
  readonly name: string;
  readonly values: Float64Array;
}

/** Step of every series of the bench. */
export const STEP_SECONDS = 300;
/** Points that a series needs. */
export const LEAST_POINTS = 2228;

const GROUPS = /^real(?:AWSCloudwatch|Tweets|KnownCause)\//;
const ENTITIES = 3;
/** m3, m7, m11 and m15. */
const METRICS = [2, 6, 10, 14];

/**
 * The series of a data directory that are forecast: NAB files of three groups and four metrics of the train part of the
 * first three entities of every multivariate data set, where the step is five minutes.
 * @param skip told about everything that was passed over, with the reason
 * @throws BenchError naming the file
 */
export function findSeries(directory: string, skip: (name: string, reason: string) => void): readonly BenchSeries[] {
  const { packs, skipped } = findPacks(directory);
  skipped.forEach(({ name, reason }) => skip(name, reason));
  const all = packs.flatMap((pack) =>
    pack.format === 'nab' ? nabSeries(pack.directory, skip) : entitySeries(pack.directory, pack.key, skip)
  );
  const [long, short] = [all.filter(isLong), all.filter((series) => !isLong(series))];
  short.forEach(({ name, values }) => skip(name, `has ${values.length} of ${LEAST_POINTS} points`));
  return long;
}

function isLong({ values }: BenchSeries): boolean {
  return values.length >= LEAST_POINTS;
}

function nabSeries(directory: string, skip: (name: string, reason: string) => void): readonly BenchSeries[] {
  return [...readNabWindows(directory).keys()]
    .filter((name) => GROUPS.test(name))
    .flatMap((name) => {
      const { timesMs, values } = readNabSeries(directory, name);
      const step = medianStepSeconds(timesMs);
      if (step !== STEP_SECONDS) {
        skip(name, `has a step of ${step} s`);
        return [];
      }
      return [{ name, values }];
    });
}

function entitySeries(
  directory: string,
  key: string,
  skip: (name: string, reason: string) => void
): readonly BenchSeries[] {
  return listEntities(directory)
    .slice(0, ENTITIES)
    .flatMap((entity) => {
      const { train } = readEntity(directory, entity, key);
      if (conventionOf(key, train.length).stepSeconds !== STEP_SECONDS) {
        skip(`${key}/${entity}`, 'has no step of 300 s');
        return [];
      }
      return METRICS.flatMap((metric) => {
        const values = train[metric];
        return values ? [{ name: `${key}/${entity}:m${metric + 1}`, values }] : [];
      });
    });
}
