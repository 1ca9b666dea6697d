// npm test: unit, contract, architecture, conformance and browser suites; the last line sums them up.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { backendExecutable } from './build.mjs';
import {
  commandExists,
  ensureBrowser,
  ensurePackages,
  ensureSystemCommands,
  pinnedNode,
  root,
  runPinned,
} from './install.mjs';

ensurePackages();
ensureSystemCommands([
  {
    command: 'prometheus',
    debian: 'prometheus',
    neededFor: 'the comparison of the embedded store with a real Prometheus',
  },
]);
const hasBrowser = ensureBrowser();

const results = path.join(root, 'build', 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** @type {{name: string, passed: number, failed: number, skipped: number}[]} */
const suites = [];

const built = runPinned(['scripts/build.mjs']);
if (built !== 0) {
  suites.push({ name: 'build', passed: 0, failed: 1, skipped: 0 });
}
suites.push(runVitest());
suites.push(runConformance());
suites.push(runBrowser());

for (const suite of suites) {
  process.stdout.write(`${suite.name}: ${suite.passed} passed, ${suite.failed} failed, ${suite.skipped} skipped\n`);
}
const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed${skipped}\n`);
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);

function runVitest() {
  const report = path.join(results, 'vitest.json');
  const status = runPinned([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const found = readReport(report);
  const failedSuites = (found?.testResults ?? []).filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0
  ).length;
  return finish('unit and contract', status, {
    passed: found?.numPassedTests ?? 0,
    failed: (found?.numFailedTests ?? 0) + failedSuites,
    skipped: (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0),
  });
}

function runConformance() {
  if (!commandExists('go')) {
    process.stderr.write('SKIPPED: the Go conformance suite, because "go" is not installed.\n');
    return { name: 'conformance', passed: 0, failed: 0, skipped: 1 };
  }
  const done = spawnSync(
    pinnedNode,
    ['tests/conformance/run.ts', '--json', '--executable', path.relative(root, backendExecutable)],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] }
  );
  const events = done.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const count = (action) => events.filter((event) => event.Action === action && event.Test !== undefined).length;
  if (done.status !== 0) {
    process.stderr.write(events.map((event) => event.Output ?? '').join(''));
  }
  return finish('conformance', done.status ?? 1, {
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
  });
}

function runBrowser() {
  if (!hasBrowser) {
    return { name: 'browser', passed: 0, failed: 0, skipped: 1 };
  }
  const report = path.join(results, 'playwright.json');
  const status = runPinned(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  const stats = readReport(report)?.stats;
  return finish('browser', status, {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
  });
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A runner that fails without a failed test (a crash, no test found) still counts as one failure. */
function finish(name, status, counts) {
  return { name, ...counts, failed: counts.failed === 0 && (status !== 0 || counts.passed === 0) ? 1 : counts.failed };
}
