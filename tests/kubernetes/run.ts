// npm run test:kubernetes -- [--kubeconfig FILE] [--namespace NS]: the Kubernetes suite against the fake, or a real cluster.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm run test:kubernetes -- [options]

  --kubeconfig <file>   run against this cluster instead of the fake API server; the user of its current context must be able
                        to make namespaces, or to administer the one that is given
  --namespace <name>    an existing namespace to work in; one of its own is made and deleted when missing
  --help                this text

On a control plane without nodes the suite plays the node, and installs permissive stubs of the kinds of KEDA and Istio.
`;

const root = path.resolve(import.meta.dirname, '../..');

process.exitCode = main(process.argv.slice(2));

function main(argv: readonly string[]): number {
  let options: { kubeconfig?: string | undefined; namespace?: string | undefined; help: boolean };
  try {
    options = parseArgs({
      args: [...argv],
      options: {
        kubeconfig: { type: 'string' },
        namespace: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.kubeconfig !== undefined && !existsSync(options.kubeconfig)) {
    process.stderr.write('--kubeconfig: there is no such file.\n');
    return 2;
  }
  if (options.namespace !== undefined && options.kubeconfig === undefined) {
    process.stderr.write('--namespace: give --kubeconfig as well; the fake has a namespace of its own.\n');
    return 2;
  }
  return runLane(options.kubeconfig === undefined ? undefined : path.resolve(options.kubeconfig), options.namespace);
}

function runLane(kubeconfig: string | undefined, namespace: string | undefined): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-kubernetes-run-'));
  const report = path.join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const done = spawnSync(process.execPath, [vitest, 'run', '--project=node', 'tests/kubernetes', ...reporters], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      CAUSEWAY_TEST_KUBECONFIG: kubeconfig ?? '',
      CAUSEWAY_TEST_NAMESPACE: namespace ?? '',
    },
  });
  const result = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : undefined;
  rmSync(folder, { recursive: true });
  const ran = result
    ? `${result.numPassedTests} passed, ${result.numFailedTests} failed, ${result.numPendingTests} skipped`
    : 'no result';
  const lanes = {
    fake: kubeconfig === undefined ? ran : 'SKIPPED, run without --kubeconfig',
    real: kubeconfig === undefined ? 'SKIPPED, no --kubeconfig was given' : ran,
  };
  process.stdout.write(`lane fake API server: ${lanes.fake}\nlane real cluster: ${lanes.real}\n`);
  const passed = done.status === 0 && result !== undefined && result.numPassedTests > 0 && result.numFailedTests === 0;
  return passed ? 0 : 1;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}
