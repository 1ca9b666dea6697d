import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BenchError } from './bench-error.ts';
import { findPacks, listEntities } from './find-packs.ts';
import { conventionOf, readEntity } from './multivariate-pack.ts';
import { medianStepSeconds, probationRows, readNabFile, readNabSeries, readNabWindows } from './nab-pack.ts';

let root: string;

const put = (name: string, text: string): void => {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
};

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'packs-'));
  put(
    'some-nab/windows.json',
    JSON.stringify({
      'b/two.csv': [],
      'a/one.csv': [['2014-02-14 14:35:00.000000', '2014-02-14 14:40:00.000000']],
      'a/lost.csv': [['2014-02-14 14:36:00.000000', '2014-02-14 14:40:00.000000']],
    })
  );
  const rows = ['timestamp,value', '2014-02-14 14:30:00,1.5', '2014-02-14 14:35:00,-2e1', '2014-02-14 14:40:00,'];
  put('some-nab/a/one.csv.gz', `${rows.join('\r\n')}\r\n`);
  put('some-nab/a/lost.csv.gz', rows.join('\n'));
  put('some-nab/b/two.csv.gz', rows.join('\n'));
  put('some-nab/b/bad.csv.gz', 'timestamp,value\nyesterday,1\n');
  put('servers/x.train.csv.gz', 'i,m1,m2\n0,0.1,0.2\n1,0.3,0.4');
  put('servers/x.test.csv.gz', 'i,m1,m2,label\r\n0,0.5,0.6,0\r\n1,0.7,nan,1\r\n');
  put('servers/x.interpretation.txt', '1-1:1,2\n');
  put('servers/y.train.csv.gz', 'i,m1\n0,0.1\n');
  put('servers/y.test.csv.gz', 'i,m1,m2\n0,0.1,3\n');
  put('notes/readme.txt', 'nothing');
  writeFileSync(path.join(root, 'servers', 'z.train.csv.gz'), 'not gzip');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('findPacks', () => {
  it('tells formats by what is in a directory, not by its name, and says what it passes over', () => {
    const { packs, skipped } = findPacks(root);
    expect(packs.map(({ key, format }) => [key, format])).toEqual([
      ['servers', 'multivariate'],
      ['some-nab', 'nab'],
    ]);
    expect(skipped.map(({ name }) => name)).toEqual(['notes']);
  });

  it('takes a data set itself', () => {
    expect(findPacks(path.join(root, 'some-nab')).packs).toMatchObject([{ key: 'some-nab', format: 'nab' }]);
    expect(listEntities(path.join(root, 'servers'))).toEqual(['x', 'y', 'z']);
  });

  it('names a directory that does not exist', () => {
    expect(() => findPacks(path.join(root, 'nowhere'))).toThrow(/nowhere/);
  });
});

describe('NAB files', () => {
  const directory = (): string => path.join(root, 'some-nab');

  it.each(['a/one.csv', 'b/two.csv'])('%s: CRLF, LF and a missing last line end read alike', (name) => {
    const { timesMs, values } = readNabFile(directory(), name, readNabWindows(directory()));
    expect([...timesMs]).toEqual([30, 35, 40].map((minute) => Date.UTC(2014, 1, 14, 14, minute)));
    expect([...values]).toEqual([1.5, -20, Number.NaN]);
  });

  it('have windows as rows, and files in order of their names', () => {
    const windows = readNabWindows(directory());
    expect([...windows.keys()]).toEqual(['a/lost.csv', 'a/one.csv', 'b/two.csv']);
    expect(readNabFile(directory(), 'a/one.csv', windows).windows).toEqual([[1, 2]]);
    expect(readNabFile(directory(), 'b/two.csv', windows).windows).toEqual([]);
  });

  it('name the file when a window ends at no row, a time is none, or the file is missing', () => {
    const windows = readNabWindows(directory());
    expect(() => readNabFile(directory(), 'a/lost.csv', windows)).toThrow(/lost\.csv\.gz.*14:36/);
    expect(() => readNabSeries(directory(), 'b/bad.csv')).toThrow(/bad\.csv\.gz: line 2/);
    expect(() => readNabSeries(directory(), 'b/none.csv')).toThrow(BenchError);
  });

  it.each([
    [[0, 300, 600], 300],
    [[0, 300, 300, 60, 360, 660], 300],
    [[0], 300],
    [[5, 5, 5], 300],
  ])('step of %j s is %i s', (seconds, step) => {
    expect(medianStepSeconds(Float64Array.from(seconds, (value) => value * 1000))).toBe(step);
  });

  it.each([
    [0, 0],
    [100, 15],
    [4032, 604],
    [22_695, 750],
  ])('of %i rows have %i in probation', (rows, probation) => {
    expect(probationRows(rows)).toBe(probation);
  });
});

describe('multivariate entities', () => {
  it('are read column by column, with labels and incidents', () => {
    const entity = readEntity(path.join(root, 'servers'), 'x', 'asd');
    expect(entity.train.map((column) => [...column])).toEqual([
      [0.1, 0.3],
      [0.2, 0.4],
    ]);
    expect(entity.test.map((column) => [...column])).toEqual([
      [0.5, 0.7],
      [0.6, Number.NaN],
    ]);
    expect([...entity.labels]).toEqual([0, 1]);
    expect(entity.interpretations).toEqual([{ start: 1, end: 2, metrics: new Set([0, 1]) }]);
    expect(readEntity(path.join(root, 'servers'), 'x', 'smd').interpretations).toMatchObject([{ start: 1, end: 1 }]);
  });

  it('name the file that is wrong', () => {
    expect(() => readEntity(path.join(root, 'servers'), 'y', 'asd')).toThrow(/y\.test\.csv\.gz/);
    expect(() => readEntity(path.join(root, 'servers'), 'z', 'asd')).toThrow(/z\.train\.csv\.gz/);
  });

  it.each([
    ['asd', 19, 300],
    ['smd', 38, 60],
    ['held-out', 38, 60],
    ['held-out', 19, 300],
  ])('of %s with %i metrics have a step of %i s', (key, metrics, stepSeconds) => {
    expect(conventionOf(key, metrics).stepSeconds).toBe(stepSeconds);
  });
});
