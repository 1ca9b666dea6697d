import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRankingWeights } from '#engine';
import { FIXTURES } from '../bench/rca/testing-fixtures.ts';

const COMMAND = path.resolve(import.meta.dirname, '../train-rca.ts');
const folder = mkdtempSync(path.join(os.tmpdir(), 'causeway-train-'));
const SMALL = ['--simulated', '50', '--iterations', '2', '--json'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    );
  });
}

describe('npm run train:rca', () => {
  it('writes weights that the engine reads, with hash, figures and licences, twice the same bytes', async () => {
    const topology = path.join(folder, 'graph.json');
    const nodes = ['web', 'cart', 'db'].map((name) => ({ name, kind: name === 'db' ? 'database' : 'service' }));
    const edges = [
      { caller: 'web', callee: 'cart' },
      { caller: 'cart', callee: 'db' },
    ];
    writeFileSync(topology, JSON.stringify({ nodes, edges }));
    const files = ['a.json', 'b.json'].map((name) => path.join(folder, name));
    for (const file of files) {
      const args = ['--data', FIXTURES.pack, '--topology', topology, '--topology', FIXTURES.pack, ...SMALL];
      const { code, stdout, stderr } = await run([...args, '--out', file]);
      expect([code, stderr]).toEqual([0, expect.stringContaining('mixed networks')]);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 'causeway.train-rca/1', out: file });
    }
    const [first = '', second] = files.map((file) => readFileSync(file, 'utf8'));
    expect(first).toBe(second);
    const value = JSON.parse(first) as { training: { dataHash: string; topologies: number; sources: unknown[] } };
    expect(parseRankingWeights(value).networks.mix).toHaveLength(2);
    expect(value.training).toMatchObject({
      topologies: 4, // the graph and one for each system of the directory
      figures: { simulated: { cases: 5 } },
      sources: [{ licence: 'MIT' }, { licence: 'MIT' }, { licence: 'CC-BY-4.0' }],
    });
  }, 60_000);

  it('leaves no file when it is cancelled', async () => {
    const out = path.join(folder, 'cancelled.json');
    const child = spawn(process.execPath, [COMMAND, '--simulated', '2000', '--out', out], { stdio: 'pipe' });
    let told = '';
    child.stderr.on('data', (part: Buffer) => {
      told += part.toString();
      if (told.includes('simulating') && !child.killed) {
        child.kill('SIGINT');
      }
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, told]).toEqual([1, expect.stringContaining('CAUSEWAY_TRAINING_CANCELLED')]);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  }, 30_000);

  it.each([
    ['an unknown option', ['--sed', '1'], "'--sed'"],
    ['a seed that is no number', ['--seed', 'x'], '--seed "x"'],
    ['an unknown protocol', ['--evaluate', 'luck'], '--evaluate "luck"'],
    ['an unknown score', ['--ranker', 'luck'], '--ranker "luck"'],
    ['an evaluation without incidents', ['--evaluate', 'case'], '--data'],
    ['a directory without cases', ['--data', os.tmpdir()], 'cases.json'],
    ['a topology that is not there', ['--topology', 'nowhere.json'], 'nowhere.json'],
    ['a data set that is not there', ['--data', FIXTURES.pack, '--systems', 'moon'], '--systems names "moon"'],
    ['a test set that is not there', ['--data', FIXTURES.pack, '--test-only', 'moon'], '--test-only names "moon"'],
  ])(
    'ends with 2 for %s',
    async (_, args, words) => {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(words);
    },
    20_000
  );
});
