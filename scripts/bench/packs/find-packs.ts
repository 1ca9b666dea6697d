import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BenchError } from './bench-error.ts';

/** A data set below the data directory. Its key in the result is the name of its directory. */
export interface Pack {
  readonly key: string;
  readonly directory: string;
  readonly format: 'nab' | 'multivariate';
}

/** What the data directory holds, and what was passed over, in order of the names. */
export interface FoundPacks {
  readonly packs: readonly Pack[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

const ENTITY_SUFFIX = '.train.csv.gz';

/**
 * Looks for data sets in a directory: a folder with `windows.json` is NAB-format, one with `*.train.csv.gz` is
 * multivariate, whatever their names. The directory may itself be a data set.
 * @throws BenchError when the directory does not exist
 */
export function findPacks(directory: string): FoundPacks {
  if (!existsSync(directory)) {
    throw new BenchError(`${directory}: no such directory.`);
  }
  const own = formatOf(directory);
  if (own !== undefined) {
    return { packs: [{ key: path.basename(path.resolve(directory)), directory, format: own }], skipped: [] };
  }
  const packs: Pack[] = [];
  const skipped: { name: string; reason: string }[] = [];
  const folders = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (const name of folders.sort(byCodePoint)) {
    const folder = path.join(directory, name);
    const format = formatOf(folder);
    if (format === undefined) {
      skipped.push({ name, reason: `holds neither windows.json nor *${ENTITY_SUFFIX}` });
    } else {
      packs.push({ key: name, directory: folder, format });
    }
  }
  return { packs, skipped };
}

/** Names of the entities of a multivariate data set, by code point. */
export function listEntities(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ENTITY_SUFFIX))
    .map((name) => name.slice(0, -ENTITY_SUFFIX.length))
    .sort(byCodePoint);
}

/** Orders texts by code point, so that results do not depend on the locale. */
export function byCodePoint(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function formatOf(directory: string): Pack['format'] | undefined {
  if (existsSync(path.join(directory, 'windows.json'))) {
    return 'nab';
  }
  return readdirSync(directory).some((name) => name.endsWith(ENTITY_SUFFIX)) ? 'multivariate' : undefined;
}
