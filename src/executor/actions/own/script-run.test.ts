import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ExecutorError } from '../../errors.ts';
import { INJECTIONS } from '../../runbooks/testing/injections.ts';
import type { ActionInput } from '../action.ts';
import { scriptRunAction } from './script-run.ts';
import { loadScripts } from './scripts.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'causeway-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

let files = 0;
function file(content: unknown, mode = 0o600): string {
  const name = path.join(folder, `file${(files += 1)}`);
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(name, mode);
  return name;
}

/** A program of Node that runs `body`. */
const program = (body: string) => file(`#!${process.execPath}\n${body}\n`, 0o755);
const ECHO = `console.log(JSON.stringify({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() }));`;

function action(script: object) {
  const settings = { title: 'Test', workingDirectory: folder, timeoutSeconds: 10, ...script };
  return scriptRunAction(loadScripts(file({ scripts: { it: settings } })));
}

async function run(script: object, args: ActionInput = {}) {
  const one = action(script);
  const input = { script: 'it', args };
  const { uid, version } = await one.read(input, signal);
  const request = { input, expected: { uid, version }, preImage: {}, operationId: 'op-1', mintedMs: 0 };
  return { one, request, outcome: await one.apply(request, signal) };
}

const outputOf = (details: unknown) => String((details as { readonly output?: unknown } | undefined)?.output);

describe('script.run', () => {
  it('runs a program with its arguments, in its folder, with its environment and no other', async () => {
    process.env['CANARY_OF_THE_EXECUTOR'] = 'canary';
    const { outcome } = await run(
      {
        program: program(ECHO),
        arguments: ['--site', 'shop'],
        args: {
          service: { type: 'name' },
          count: { type: 'integer', minimum: 1, maximum: 3 },
          dry: { type: 'boolean' },
        },
        environment: { LANG: 'C' },
      },
      { dry: false, service: 'payment', count: 2 }
    );
    delete process.env['CANARY_OF_THE_EXECUTOR'];
    expect(outcome).toMatchObject({ kind: 'applied', details: { exitCode: 0 } });
    expect(JSON.parse(outputOf(outcome.details))).toEqual({
      argv: ['--site', 'shop', '--service=payment', '--count=2', '--dry=false'],
      env: { LANG: 'C' },
      cwd: folder,
    });
  });

  it('gives arguments as a JSON file where the program wants one, and removes it', async () => {
    const { outcome } = await run(
      {
        program: program(
          `console.log(process.argv[2]); console.log(require('fs').readFileSync(process.argv[2].split('@')[1], 'utf8'));`
        ),
        args: { service: { type: 'name' } },
        passArgs: { jsonFile: '--extra-vars=@' },
      },
      { service: 'payment' }
    );
    const [argument = '', content] = outputOf(outcome.details).split('\n');
    expect(content).toBe('{"service":"payment"}');
    expect(argument).toMatch(/^--extra-vars=@\//);
    expect(existsSync(argument.split('@')[1] ?? '')).toBe(false);
  });

  it('shows what it would run and says that it cannot be taken back', async () => {
    const one = action({ program: program(ECHO), arguments: ['--yes'], args: { service: { type: 'name' } } });
    const input = { script: 'it', args: { service: 'payment' } };
    const { diff, warnings } = await one.dryRun(input, await one.read(input, signal), signal);
    expect(diff).toContain('"--service=payment"');
    expect(warnings).toHaveLength(1);
    expect(one).toMatchObject({ destructive: true, reversible: false });
    expect(one.compensate).toBeUndefined();
  });

  // Two of the corpus are harmless here: one word that does not begin with a dash.
  it.each(INJECTIONS.filter((value) => !['a-', 'a:b@c'].includes(value)))('never takes %j as a name', (value) => {
    const one = action({ program: program(ECHO), args: { service: { type: 'name' } } });
    expect(() => one.target({ script: 'it', args: { service: value } })).toThrow(ExecutorError);
  });

  it('hands every value over as one element that does not begin with a dash of its own', async () => {
    const one = { program: program(ECHO), args: { service: { type: 'name' } } };
    const names = ['a:b@c', 'a-', 'v1.2.3'];
    for (const service of names) {
      const { outcome } = await run(one, { service });
      expect(JSON.parse(outputOf(outcome.details))).toMatchObject({ argv: [`--service=${service}`] });
    }
  });

  it.each([
    ['an unknown argument', { service: 'a', other: 'b' }],
    ['a missing one', {}],
    ['another value', { service: 'a', kind: 'c' }],
    ['a number out of range', { service: 'a', count: 4 }],
    ['a number as text', { service: 'a', count: '2' }],
    ['text as a switch', { service: 'a', dry: 'true' }],
    ['a name of the prototype', JSON.parse('{"service":"a","__proto__":"b"}')],
    ['an object', { service: {} }],
  ])('refuses %s', (_name, args) => {
    const one = action({
      program: program(ECHO),
      args: {
        service: { type: 'name' },
        kind: { type: 'enum', values: ['a', 'b'], required: false },
        count: { type: 'integer', minimum: 1, maximum: 3, required: false },
        dry: { type: 'boolean', required: false },
      },
    });
    expect(() => one.target({ script: 'it', args })).toThrow(ExecutorError);
  });

  it('takes out secrets and control characters, and keeps the end of long output', async () => {
    const secret = 'canary-0123456789';
    const body = `process.stdout.write('x'.repeat(5000) + process.env.TOKEN + '\\u001b[31mred\\u0007');`;
    for (const maxOutputBytes of [4, 9, 10, 15, 20, 100]) {
      const { outcome } = await run({
        program: program(body),
        secretEnvironment: { TOKEN: file(secret) },
        maxOutputBytes,
      });
      const output = outputOf(outcome.details);
      expect(output.endsWith('red')).toBe(true);
      expect(output.length).toBeLessThanOrEqual(maxOutputBytes);
      expect(output).not.toMatch(/canary|789|\p{Cc}/u);
    }
  });

  it('does not know what a program has done that failed, unless its exit code says so', async () => {
    const failing = program(`console.error('first'); console.error('no route'); process.exitCode = 3;`);
    const { outcome, one, request } = await run({ program: failing });
    const message = 'the program ended with 3: no route';
    expect(outcome).toMatchObject({ kind: 'unknown', message, details: { exitCode: 3 } });
    const resolution = await one.resolve(request, signal);
    expect(resolution).toEqual({ kind: 'unavailable', message: `${message}; a program cannot be asked what it did` });
    const other = await one.resolve({ ...request, operationId: 'op-2' }, signal);
    expect(other.message).toBe('a program cannot be asked what it did');
    const honest = await run({ program: failing, nothingDoneExitCodes: [3] });
    expect(honest.outcome).toMatchObject({ kind: 'refused' });
  });

  it('kills a program that takes too long together with what it started', async () => {
    const mark = path.join(folder, 'grandchild');
    const child = `const fs = require('fs'); process.on('SIGTERM', () => {}); fs.writeFileSync(${JSON.stringify(mark)}, String(process.pid)); setInterval(() => {}, 1000);`;
    const body = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
    const { outcome } = await run({ program: program(body), timeoutSeconds: 1 });
    expect(outcome).toMatchObject({ kind: 'unknown', message: 'it took too long and was killed' });
    const pid = Number(readFileSync(mark, 'utf8'));
    const isAlive = () => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    await expect.poll(isAlive, { timeout: 5000 }).toBe(false);
  });

  it('does not run what was changed since approval', async () => {
    const changing = program(ECHO);
    const plan = file('plan');
    const script = { program: changing, files: [plan] };
    const { one, request, outcome } = await run(script);
    expect(outcome.kind).toBe('applied');
    writeFileSync(plan, 'another plan');
    expect(await one.apply(request, signal)).toMatchObject({ kind: 'conflict' });
    writeFileSync(plan, 'plan');
    expect(await one.apply(request, signal)).toMatchObject({ kind: 'applied' });
    writeFileSync(changing, `#!${process.execPath}\n`);
    expect(await one.apply(request, signal)).toMatchObject({ kind: 'conflict' });
  });

  it.each([
    ['a shell', { program: '/bin/sh' }],
    ['a relative path', { program: 'node' }],
    ['a program that is not there', { program: '/nowhere/at/all' }],
    ['a file that cannot be run', { program: file('x', 0o600) }],
    ['a program that everybody may change', { program: file('x', 0o777) }],
    ['a folder that is not there', { program: process.execPath, workingDirectory: '/nowhere/at/all' }],
    ['an unknown key', { program: process.execPath, shell: true }],
    ['an argument with a line break', { program: process.execPath, arguments: ['a\nb'] }],
    ['a free text as argument', { program: process.execPath, args: { a: { type: 'string' } } }],
    ['values that are options', { program: process.execPath, args: { a: { type: 'enum', values: ['-rf'] } } }],
    ['no deadline', { program: process.execPath, timeoutSeconds: undefined }],
  ])('refuses %s in its settings', (_name, script) => {
    expect(() => action(script)).toThrow(/^CAUSEWAY_SCRIPTS_FILE is wrong at scripts\.it/);
  });
});
