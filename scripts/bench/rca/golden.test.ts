import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureRca } from './answer.ts';
import { parseRcaArguments } from './arguments.ts';
import { compareCase, readGolden } from './golden.ts';
import { readPack } from './read-pack.ts';
import { FIXTURES } from './testing-fixtures.ts';
import { readWeightsFile } from './weights-file.ts';

/** The whole golden set is not part of the repository: CAUSEWAY_RCA_DATA names a directory with dev, golden, weights.json. */
const DATA = process.env.CAUSEWAY_RCA_DATA ?? '';
const SETS = [
  {
    name: 'committed cases',
    pack: FIXTURES.pack,
    golden: FIXTURES.golden,
    weights: FIXTURES.weights,
    bench: 'bench.json',
  },
  {
    name: 'the whole development half',
    pack: path.join(DATA, 'dev'),
    golden: path.join(DATA, 'golden'),
    weights: path.join(DATA, 'weights.json'),
    bench: 'bench-dev.json',
  },
];

describe.each(SETS)('golden values of $name', ({ pack, golden, weights, bench }) => {
  const present = existsSync(path.join(pack, 'cases.json'));
  if (!present) {
    console.warn(
      'SKIPPED: CAUSEWAY_RCA_DATA names no directory with dev, golden and weights.json; only four cases are checked.'
    );
  }

  it.skipIf(!present)(
    'hold step by step: series, 52 features, scores, confidence, abstention, metric kinds',
    () => {
      const values = readGolden(golden);
      const reference = readWeightsFile(weights);
      const cases = readPack(pack);
      expect(cases.length).toBeGreaterThanOrEqual(4);
      expect(cases.flatMap((item) => compareCase(item, values, reference))).toEqual([]);
    },
    120_000
  );

  it.skipIf(!present)('notice a deviation', () => {
    const values = readGolden(golden);
    const reference = readWeightsFile(weights);
    const other = { ...reference, linear: reference.linear.map((value) => value + 0.01) };
    expect(compareCase(readPack(pack)[0]!, values, other).join()).toMatch(/linear\[0\]/);
  });

  it.skipIf(!present)(
    'hold for the figures of the bench',
    async () => {
      const answer = await measureRca(
        parseRcaArguments(['--data', pack, '--weights', weights, '--reference']),
        () => {}
      );
      const expected = JSON.parse(readFileSync(path.join(golden, bench), 'utf8')) as object;
      expect(answer).toMatchObject(expected);
    },
    120_000
  );
});
