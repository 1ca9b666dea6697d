import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunbookShelf, type UsedDigest } from './runbook-shelf.ts';
import { exampleYaml, inlineCel } from './testing/example.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-runbooks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (file: string, text: string | Uint8Array) => writeFileSync(path.join(folder, file), text);
const named = (name: string, version = 1, title = 'A title') =>
  exampleYaml(({ metadata }) => Object.assign(metadata, { name, version, title }));
const shelf = (usedDigest?: UsedDigest) =>
  new RunbookShelf({ folder, cel: inlineCel, ...(usedDigest ? { usedDigest } : {}) });
const keys = (one: RunbookShelf) =>
  one.all().map(({ runbook: { metadata } }) => `${metadata.name}@${metadata.version}`);

describe('the runbooks of a folder', () => {
  it('are read, every version, and the newest is proposed', async () => {
    put('b.yaml', named('restart', 10));
    put('a.yml', named('restart', 9));
    put('c.yaml', named('scale'));
    mkdirSync(path.join(folder, 'team'));
    put('team/d.yaml', named('rollback'));
    put('README.md', 'not a runbook');
    const one = shelf();
    expect(await one.reload()).toEqual({
      added: ['restart@9', 'restart@10', 'scale@1', 'rollback@1'],
      removed: [],
      problems: [],
    });
    expect(keys(one)).toEqual(['restart@9', 'restart@10', 'rollback@1', 'scale@1']);
    expect(one.latest().map(({ runbook }) => runbook.metadata.version)).toEqual([10, 1, 1]);
    expect(one.find('restart', 9)?.source).toBe('a.yml');
    expect(one.find('restart', 11)).toBeUndefined();
  });

  it('keep the last good content when a file becomes bad, and say so', async () => {
    put('a.yaml', named('restart'));
    const one = shelf();
    await one.reload();
    const [good] = one.all();
    put('a.yaml', named('restart').replace('ttl: 30m', 'ttl: forever'));
    const report = await one.reload();
    expect(report).toMatchObject({ added: [], removed: [] });
    expect(report.problems).toMatchObject([{ source: 'a.yaml', field: 'spec.policy.approval.ttl' }]);
    expect(one.all()).toEqual([good]);
    expect(one.problems()).toEqual(report.problems);
    put('a.yaml', named('restart', 1, 'Corrected'));
    expect(await one.reload()).toMatchObject({ added: ['restart@1'], problems: [] });
    expect(one.all()[0]?.runbook.metadata.title).toBe('Corrected');
  });

  it.each([
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00)],
    ['a bomb', 'a: &a [x]\nb: [*a,*a]'],
    ['nothing', ''],
    ['10 MB', 'x'.repeat(10_000_000)],
  ])('are not disturbed by %s', async (_, content) => {
    put('a.yaml', named('restart'));
    put('b.yaml', named('scale'));
    const one = shelf();
    await one.reload();
    put('a.yaml', content);
    put('new.yaml', content);
    const report = await one.reload();
    expect(keys(one)).toEqual(['restart@1', 'scale@1']);
    expect(report.problems.map(({ source }) => source)).toEqual(['a.yaml', 'new.yaml']);
  });

  it('go with their file', async () => {
    put('a.yaml', named('restart'));
    put('b.yaml', named('scale'));
    const one = shelf();
    await one.reload();
    rmSync(path.join(folder, 'a.yaml'));
    expect(await one.reload()).toEqual({ added: [], removed: ['restart@1'], problems: [] });
    renameSync(path.join(folder, 'b.yaml'), path.join(folder, 'c.yaml'));
    expect(await one.reload()).toEqual({ added: [], removed: [], problems: [] });
  });

  it('all stay when the folder cannot be read', async () => {
    put('a.yaml', named('restart'));
    const one = shelf();
    await one.reload();
    renameSync(folder, `${folder}-away`);
    const report = await one.reload();
    renameSync(`${folder}-away`, folder);
    expect(report.problems).toMatchObject([{ message: 'the folder cannot be read (ENOENT)' }]);
    expect(keys(one)).toEqual(['restart@1']);
  });

  it('are never two of one name and version', async () => {
    put('a.yaml', named('restart', 1, 'First'));
    put('b.yaml', named('restart', 1, 'Second'));
    const one = shelf();
    const report = await one.reload();
    expect(report.problems).toMatchObject([{ source: 'b.yaml', message: 'restart@1 is in a.yaml already' }]);
    expect(one.all()[0]?.runbook.metadata.title).toBe('First');
  });

  it('never change once used: the version must rise', async () => {
    put('a.yaml', named('restart', 1, 'First'));
    const used = new Map<string, string>();
    const one = shelf((key) => used.get(key));
    await one.reload();
    const [first] = one.all();
    used.set('restart@1', first!.digest);
    put('a.yaml', named('restart', 1, 'Second'));
    const report = await one.reload();
    expect(report.problems).toMatchObject([
      { source: 'a.yaml', field: 'metadata.version', message: 'restart@1 was used with other content' },
    ]);
    expect(one.all()).toEqual([first]);
    put('a.yaml', named('restart', 2, 'Second'));
    expect(await one.reload()).toEqual({ added: ['restart@2'], removed: ['restart@1'], problems: [] });
    put('a.yaml', `# only a comment\n${named('restart', 1, 'First')}`);
    expect(await one.reload()).toMatchObject({ added: ['restart@1'], problems: [] });
  });

  it('are refused at the first load as well when they were used with other content', async () => {
    put('a.yaml', named('restart'));
    const one = shelf(() => 'f'.repeat(64));
    expect((await one.reload()).problems).toHaveLength(1);
    expect(one.all()).toEqual([]);
  });

  it('are read from a ConfigMap, whose files are links', async () => {
    mkdirSync(path.join(folder, '..2026'), { recursive: true });
    put('..2026/a.yaml', named('restart'));
    symlinkSync('..2026', path.join(folder, '..data'));
    symlinkSync('..data/a.yaml', path.join(folder, 'a.yaml'));
    const one = shelf();
    expect(await one.reload()).toEqual({ added: ['restart@1'], removed: [], problems: [] });
  });

  it('say so when a link leads nowhere', async () => {
    symlinkSync('nowhere.yaml', path.join(folder, 'a.yaml'));
    expect((await shelf().reload()).problems).toMatchObject([
      { source: 'a.yaml', message: 'the file cannot be read (ENOENT)' },
    ]);
  });

  it('are not looked for without end when a folder links to itself', async () => {
    put('a.yaml', named('restart'));
    symlinkSync('.', path.join(folder, 'self'));
    const one = shelf();
    const report = await one.reload();
    expect(keys(one)).toEqual(['restart@1']);
    expect(report.problems.every(({ message }) => message.endsWith('already'))).toBe(true);
  });

  it('are read once for reloads at the same time', async () => {
    put('a.yaml', named('restart'));
    chmodSync(folder, 0o755);
    const one = shelf();
    const [first, second] = await Promise.all([one.reload(), one.reload()]);
    expect(first).toBe(second);
  });
});
