import { readFileSync, statSync } from 'node:fs';
import { type KnownTopology, type LabelledCase, parseTopology, TrainingError, topologyOf } from '#training';
import { toLabelledCases } from '../bench/rca/labelled-cases.ts';
import { blindCases } from '../bench/rca/outcome.ts';
import { readPack } from '../bench/rca/read-pack.ts';
import { argumentError, namesOf, type Options } from './options.ts';

/**
 * Labelled incidents of `--data`, of the data sets of `--systems`.
 * @throws PackError or TrainingError naming the field and the remedy
 */
export function readIncidents({ data, systems, 'test-only': testOnly }: Options): readonly LabelledCase[] {
  const all = data.flatMap(readDirectory);
  const wanted = systems === undefined ? undefined : namesOf(systems);
  const chosen = all.filter(({ system }) => !wanted || wanted.includes(system));
  checkNames('--systems', wanted ?? [], all);
  checkNames('--test-only', namesOf(testOnly), chosen);
  return chosen;
}

function checkNames(option: string, names: readonly string[], incidents: readonly LabelledCase[]): void {
  const missing = names.find((name) => !incidents.some(({ system }) => system === name));
  if (missing !== undefined) {
    throw argumentError(`${option} names "${missing}", of which there is no incident in --data.`);
  }
}

function readDirectory(directory: string): readonly LabelledCase[] {
  const pack = readPack(directory);
  return toLabelledCases(pack, blindCases(pack));
}

/**
 * A topology file, or a directory of cases: graph and noise of the first case of each of its systems.
 * @throws PackError or TrainingError naming the field and the remedy
 */
export function readTopologies(file: string): readonly KnownTopology[] {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    const cases = readDirectory(file);
    const systems = [...new Set(cases.map(({ system }) => system))];
    return systems.flatMap((name) => {
      const first = cases.find(({ system }) => system === name);
      return first ? topologyOf(first.case) : [];
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new TrainingError('CAUSEWAY_TRAINING_TOPOLOGY', `--topology: ${file} cannot be read as JSON.`, { cause });
  }
  return [parseTopology(value)];
}
