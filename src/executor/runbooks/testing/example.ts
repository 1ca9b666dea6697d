import { stringify } from 'yaml';
import type { CelRunner } from '../cel/cel-runner.ts';
import { checkExpression, evaluateExpression } from '../cel/cel-expression.ts';
import { loadRunbook } from '../load-runbook.ts';
import type { LoadedRunbook } from '../runbook.ts';

/** Expressions on the test's own thread. */
export const inlineCel: CelRunner = {
  check: async (expression, scope) => checkExpression(expression, scope),
  evaluate: async (expression, scope, context) => evaluateExpression(expression, scope, context),
  close: async () => undefined,
};

/** A runbook with one of everything, as a plain value. Each call makes a new one. */
export function exampleRunbook() {
  return {
    apiVersion: 'aiops.io/v1',
    kind: 'Runbook',
    metadata: { name: 'oom-crash-loop', version: 3, title: 'OOM crash loop', owner: 'team-shop' },
    spec: {
      triggers: [
        {
          source: 'grafana-alert',
          match: [
            { label: 'alertname', op: '=', value: 'PodCrashLoopBackOff' },
            { label: 'severity', op: 'in', value: ['critical', 'high'] },
          ],
          when: 'alert.values.restarts > 5.0',
        },
      ] as Record<string, unknown>[],
      parameters: {
        namespace: { type: 'namespace', fromLabel: 'namespace' },
        deployment: { type: 'deployment', fromLabel: 'deployment' },
        container: { type: 'container', fromLabel: 'container' },
        memory: { type: 'quantity', min: '128Mi', max: '2Gi', default: '512Mi' },
        restarts: { type: 'integer', min: 0, max: 50, default: 5 },
      } as Record<string, Record<string, unknown>>,
      preconditions: [
        {
          name: 'restarting',
          query:
            'max(kube_pod_container_status_restarts_total{namespace=$namespace,container=$container}) or vector(0)',
          vars: { namespace: { $param: 'namespace' }, container: { $param: 'container' } },
          op: '>',
          value: { $param: 'restarts' },
        },
      ] as Record<string, unknown>[],
      policy: {
        risk: 'medium',
        approval: { mode: 'four-eyes', ttl: '30m' },
        cooldown: '30m',
        concurrency: { key: 'target', max: 1 },
        blastRadius: { maxPercent: 25, namespaces: ['shop'] },
        deadline: '20m',
      } as Record<string, unknown>,
      steps: [
        {
          id: 'near-limit',
          action: 'query',
          with: {
            query: 'max(container_memory_working_set_bytes{container=$container})',
            vars: { container: { $param: 'container' } },
            op: '>',
            value: 0.95,
            onFalse: 'continue',
          },
        },
        {
          id: 'raise-memory',
          action: 'k8s.setMemory',
          if: 'steps["near-limit"].passed && params.restarts >= 0',
          target: { namespace: { $param: 'namespace' }, kind: 'Deployment', name: { $param: 'deployment' } },
          with: { container: { $param: 'container' }, limit: { $param: 'memory' } },
          timeout: '2m',
          retry: { max: 3, on: ['429', '5xx', 'timeout', 'conflict'] },
        },
      ] as Record<string, unknown>[],
      verify: {
        settle: '60s',
        timeout: '10m',
        interval: '30s',
        consecutive: 3,
        checks: [
          {
            name: 'no-restarts',
            query: 'sum(increase(kube_pod_container_status_restarts_total{namespace=$namespace}[5m]))',
            vars: { namespace: { $param: 'namespace' } },
            op: '<=',
            value: 0,
          },
        ],
        onFailure: 'rollback',
      } as Record<string, unknown>,
      notifications: [{ channel: 'incidents-slack', on: ['approval-requested', 'succeeded'] }] as Record<
        string,
        unknown
      >[],
    },
  };
}

export type Example = ReturnType<typeof exampleRunbook>;

/** The example with a change, as YAML. */
export function exampleYaml(change: (runbook: Example) => void = () => undefined): string {
  const runbook = exampleRunbook();
  change(runbook);
  return stringify(runbook, { aliasDuplicateObjects: false });
}

/** The example with a change, loaded; fails the test when it is refused. */
export async function loadExample(change?: (runbook: Example) => void): Promise<LoadedRunbook> {
  return loadText(exampleYaml(change));
}

/** A runbook text, loaded; fails the test when it is refused. */
export async function loadText(text: string, source = 'example.yaml'): Promise<LoadedRunbook> {
  const result = await loadRunbook(text, source, inlineCel);
  if (!result.ok) {
    throw new Error(`the runbook is refused: ${JSON.stringify(result.problems, undefined, 1)}`);
  }
  return result.loaded;
}
