import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../compile-plan.ts';
import { resolveParameters } from '../resolve-parameters.ts';
import { registry } from '../testing/actions.ts';
import { loadText } from '../testing/example.ts';
import { HOSTILE_YAML } from '../testing/hostile-yaml.ts';
import { importLegacy } from './import-legacy.ts';
import { convertCommand } from './legacy-command.ts';
import { convertQuery } from './legacy-query.ts';

const file = path.join(import.meta.dirname, '../../../../tests/fixtures/runbooks/pod-crash-loop-remediation.yaml');
const text = readFileSync(file, 'utf8');

function imported(source = text) {
  const result = importLegacy(source, 'old.yaml');
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  return result;
}

describe('the runbook of the former format', () => {
  it('becomes a runbook that passes every check', async () => {
    const { yaml, runbook } = imported();
    const loaded = await loadText(yaml, 'new.yaml');
    expect(loaded.runbook).toEqual(JSON.parse(JSON.stringify(runbook)));
    expect(yaml).not.toContain('{{');
    expect(yaml).not.toContain('kubectl');
  });

  it('keeps its meaning in typed actions', () => {
    const { metadata, spec } = imported().runbook;
    expect(metadata).toEqual({ name: 'pod-crash-loop-remediation', version: 1 });
    expect(spec.triggers).toEqual([
      {
        source: 'grafana-alert',
        match: [
          { label: 'alertname', op: '=', value: 'PodCrashLoopBackOff' },
          { label: 'severity', op: '=', value: 'critical' },
        ],
      },
    ]);
    expect(spec.preconditions).toEqual([
      {
        name: 'pod-restart-count',
        query: 'max(kube_pod_container_status_restarts_total{namespace=$namespace,pod=$pod})',
        vars: { namespace: { $param: 'namespace' }, pod: { $param: 'pod' } },
        op: '>',
        value: 5,
      },
    ]);
    expect(spec.steps).toEqual([
      {
        id: 'check-resources',
        action: 'query',
        with: {
          query:
            'max((container_memory_working_set_bytes{pod=$pod, namespace=$namespace} / container_spec_memory_limit_bytes) < Inf)',
          vars: { pod: { $param: 'pod' }, namespace: { $param: 'namespace' } },
          op: '>',
          value: 0.95,
          onFalse: 'continue',
        },
      },
      {
        id: 'remediate-oom',
        if: 'steps["check-resources"].passed',
        action: 'k8s.setMemory',
        target: { namespace: { $param: 'namespace' }, kind: 'Deployment', name: { $param: 'deployment' } },
        with: { container: { $param: 'container' }, factor: 1.5 },
      },
      {
        id: 'restart-pod',
        if: '!steps["check-resources"].passed',
        action: 'k8s.deletePod',
        target: { namespace: { $param: 'namespace' }, name: { $param: 'pod' } },
      },
    ]);
    expect(spec.notifications).toMatchObject([{ channel: 'incidents' }]);
    expect(Object.keys(spec.parameters)).toEqual(['pod', 'namespace', 'deployment', 'container']);
  });

  it('compiles for a pod of an alert', async () => {
    const loaded = await loadText(imported().yaml);
    const labels = { pod: 'payment-7f9c-x2', namespace: 'shop', deployment: 'payment', container: 'app' };
    const plan = compilePlan(loaded, resolveParameters(loaded.runbook, { labels }), registry());
    expect(plan.steps.map(({ action, input }) => [action, input['name'] ?? input['query']])).toEqual([
      [
        'query',
        'max((container_memory_working_set_bytes{pod="payment-7f9c-x2", namespace="shop"} / container_spec_memory_limit_bytes) < Inf)',
      ],
      ['k8s.setMemory', 'payment'],
      ['k8s.deletePod', 'payment-7f9c-x2'],
    ]);
    expect(plan).toMatchObject({ reversible: false, irreversibleSteps: ['restart-pod'] });
  });

  it('is reported line by line, nothing left out', () => {
    const { report } = imported();
    const lines = text.split('\n');
    expect(report.map(({ line }) => line)).toEqual(
      lines.flatMap((line, index) => (line.trim() === '' ? [] : [index + 1]))
    );
    const refused = report.filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ text: line }) => line)).toEqual([
      '- name: collect-diagnostics',
      'type: kubectl',
      'command: |',
      'kubectl logs {{ .pod }} -n {{ .namespace }} --previous > /tmp/crash-logs.txt',
      'kubectl describe pod {{ .pod }} -n {{ .namespace }} > /tmp/pod-describe.txt',
      'message: |',
      'Runbook executed for {{ .pod }}',
      'Action: {{ .executed_action }}',
      'Result: {{ .result }}',
    ]);
    expect(refused.every(({ why }) => why.length > 20)).toBe(true);
    expect(refused[3]?.why).toMatch(/a shell is never started.*no file is written.*"kubectl logs" only reads/);
    const to = (start: string) => report.find(({ text: line }) => line.startsWith(start));
    expect(to('alertname')).toMatchObject({ outcome: 'converted', to: 'spec.triggers[0].match' });
    expect(to('- type: pod_restart_count')).toMatchObject({ outcome: 'converted', to: 'spec.preconditions[0]' });
    expect(to('container_memory_working_set_bytes')).toMatchObject({ outcome: 'converted', to: 'with.query' });
    expect(to('condition: "{{ .check-resources.result == true }}"')?.why).toContain('steps["check-resources"].passed');
    expect(to('kubectl patch')).toMatchObject({ to: 'k8s.setMemory' });
    expect(to('"resources"')?.why).toContain('1.5 times');
    expect(to('kubectl delete pod')).toMatchObject({ to: 'k8s.deletePod' });
    expect(to('channel')?.why).toContain('"incidents" must be configured on the executor as slack');
  });

  it('says what was added', () => {
    expect(imported().added.map(({ field }) => field)).toEqual([
      'metadata.version',
      'spec.parameters',
      'spec.policy',
      'spec.verify',
    ]);
  });

  it('is refused as a whole where a condition is not understood: it would run when it must not', () => {
    const { runbook, report } = imported(text.replace('.check-resources.result == true', '.check-resources.value > 3'));
    expect(runbook.spec.steps.map(({ id, action }) => `${id} ${action}`)).toEqual([
      'check-resources query',
      'remediate-oom manual',
      'restart-pod k8s.deletePod',
    ]);
    expect(report.find(({ text: line }) => line.startsWith('kubectl patch'))).toMatchObject({ outcome: 'refused' });
  });

  it('asks a person where a restriction or a part was lost, and is not proposed without its whole trigger', async () => {
    const changed = text
      .replace('pod_restart_count', 'moon_phase')
      .replace('severity: critical', 'severity: [critical]')
      .replace('        kubectl delete pod', '        kubectl cordon node-1\n        kubectl delete pod');
    const { runbook, yaml, report } = imported(changed);
    expect(runbook.spec.triggers).toBeUndefined();
    expect(runbook.spec.preconditions).toBeUndefined();
    expect(runbook.spec.steps.map(({ id, action }) => `${id} ${action}`)).toEqual([
      'condition-1 manual',
      'check-resources query',
      'remediate-oom k8s.setMemory',
      'restart-pod manual',
    ]);
    expect(runbook.spec.steps[3]).toMatchObject({ if: '!steps["check-resources"].passed' });
    expect(report.find(({ text: line }) => line.startsWith('kubectl delete pod'))?.why).toMatch(
      /a part of it is not done alone/
    );
    expect(await loadText(yaml)).toBeDefined();
  });

  it('makes ids of its own where the file has them twice', async () => {
    const { runbook, yaml } = imported(text.replace('name: restart-pod', 'name: remediate-oom'));
    expect(runbook.spec.steps.map(({ id }) => id)).toEqual(['check-resources', 'remediate-oom', 'remediate-oom-3']);
    expect(await loadText(yaml)).toBeDefined();
  });

  it('names keys that it does not know', () => {
    const { report } = imported(text.replace('  conditions:', '  schedule:\n    cron: "* * * * *"\n  conditions:'));
    expect(report.filter(({ text: line }) => /schedule|cron/.test(line)).map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
    ]);
  });

  it('is refused when nothing of it has a typed meaning', () => {
    const result = importLegacy(
      'apiVersion: aiops.io/v1\nkind: Runbook\nmetadata: {name: a}\nspec:\n  actions:\n    - {name: x, type: kubectl, command: "rm -rf /"}\n',
      'old.yaml'
    );
    expect(result).toMatchObject({ ok: false, problems: [{ field: 'spec', line: 4 }] });
  });

  it.each([
    '',
    'a: &x 1',
    '[',
    'just text',
    '- 1',
    'spec: []',
    'spec: {actions: [1, null, {}]}',
    'spec: {trigger: 5, conditions: {}, actions: x}',
  ])('is refused when it is not what it should be: %j', (odd) => {
    expect(importLegacy(odd, 'old.yaml').ok).toBe(false);
  });
});

describe('a hostile file', () => {
  const block = (lines: string): string =>
    `kind: Runbook\nspec:\n  actions:\n    - name: a\n      type: kubectl\n      command: |\n${lines}`;
  it.each<readonly [string, string]>([
    ...HOSTILE_YAML.map(([intent, yaml]) => [intent, yaml] as const),
    ['lines of quotes', block("        a '\n".repeat(2000))],
    ['lines that go on', block('        a \\\n'.repeat(4000))],
    ['a long line of templates', block(`        ${'{{ .pod }}'.repeat(2000)}`)],
    ['a long line of braces', block(`        ${'{'.repeat(39)}${'a'.repeat(60_000)}`)],
    ['many comparisons', `spec:\n  actions:\n    - type: prometheus\n      query: "${'< '.repeat(30_000)}"`],
    ['many spaces', `spec:\n  actions:\n    - type: prometheus\n      query: "up > ${' '.repeat(60_000)}x"`],
  ])('is answered at once: %s', (_, yaml) => {
    const before = performance.now();
    expect(importLegacy(yaml, 'old.yaml').ok).toBe(false);
    // The budget of one hostile input.
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('a command', () => {
  const namespace = { $param: 'namespace' };
  it.each([
    ['kubectl delete pod {{ .pod }} -n {{ .namespace }}', 'k8s.deletePod', { namespace, name: { $param: 'pod' } }],
    ['kubectl delete pod web-1 --namespace=shop', 'k8s.deletePod', { namespace: 'shop', name: 'web-1' }],
    [
      'kubectl scale deployment/web --replicas=5 -n shop',
      'k8s.scale',
      { namespace: 'shop', kind: 'Deployment', name: 'web' },
    ],
    [
      'kubectl rollout restart deployment web -n shop',
      'k8s.restart',
      { namespace: 'shop', kind: 'Deployment', name: 'web' },
    ],
    [
      'kubectl rollout undo deployment/web -n shop --to-revision=3',
      'k8s.rollback',
      { namespace: 'shop', kind: 'Deployment', name: 'web' },
    ],
    ['kubectl rollout restart sts/db -n shop', 'k8s.restart', { namespace: 'shop', kind: 'StatefulSet', name: 'db' }],
  ])('with one exact meaning is converted: %s', (command, action, target) => {
    expect(convertCommand(command)).toMatchObject({ step: { action, target } });
  });

  it.each([
    'rm -rf /',
    'bash -c "kubectl delete pod a -n b"',
    'sudo kubectl delete pod a -n b',
    'kubectl delete pod a',
    'kubectl delete pod a b -n c',
    'kubectl delete pod --all -n c',
    'kubectl delete pod -l app=x -n c',
    'kubectl delete pod a -n b --grace-period=0 --force',
    'kubectl delete pod a -n b; id',
    'kubectl delete pod a -n b && id',
    'kubectl delete pod a -n b | tee x',
    'kubectl delete pod $(id) -n b',
    'kubectl delete pod `id` -n b',
    'kubectl delete pod a -n b > /etc/passwd',
    'kubectl delete pod {{ .evil }} -n b',
    'kubectl delete pod {{ .pod }}x -n b',
    'kubectl delete pod {{ .pod | quote }} -n b',
    'kubectl delete deployment a -n b',
    'kubectl delete namespace b -n b',
    'kubectl exec -it a -n b -- sh',
    'kubectl apply -f http://x/y.yaml',
    'kubectl --kubeconfig=/x delete pod a -n b',
    'kubectl scale deployment a --replicas=-1 -n b',
    'kubectl scale deployment a --replicas=0 -n b',
    'kubectl rollout undo statefulset a -n b',
    'kubectl rollout restart daemonset a -n b',
    `kubectl patch deployment a -n b -p '{"spec":{"template":{"spec":{"hostNetwork":true}}}}'`,
    `kubectl patch deployment a -n b -p '{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"evil","resources":{"limits":{"memory":"1Gi"}}}]}}}}'`,
    `kubectl patch deployment a -n b -p '{"spec":{"template":{"spec":{"containers":[{"name":"a","resources":{"limits":{"memory":"1Gi","cpu":"2"}}}]}}}}'`,
    `kubectl patch deployment a -n b -p '{"spec":{"template":{"spec":{"containers":[{"name":"a","resources":{"limits":{"memory":"{{ .x }}"}}}]}}}}'`,
    `kubectl patch deployment a -n b -p '{broken'`,
    `kubectl patch deployment a -n b -p '{`,
    'kubectl',
    '',
  ])('with any other is refused with a reason: %s', (command) => {
    const converted = convertCommand(command);
    expect(converted).toHaveProperty('refused');
    expect('refused' in converted ? converted.refused.length : 0).toBeGreaterThan(20);
  });

  it('never yields anything but known actions on named targets', () => {
    const words = fc.constantFrom(
      'kubectl',
      'delete',
      'pod',
      'a',
      '-n',
      'b',
      '{{ .pod }}',
      '{{ .x }}',
      ';',
      '|',
      '>',
      "'",
      '"',
      '--all',
      'scale',
      '--replicas=2',
      'rollout',
      'restart',
      'deployment/x',
      '$(id)',
      '\\',
      '-p',
      '\n'
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const converted = convertCommand(parts.join(' '));
        const found = 'step' in converted ? JSON.stringify(converted.step) : '{}';
        expect(found).toMatch(
          /^\{("action":"k8s\.(deletePod|scale|restart|rollback|setMemory)","target":\{("(namespace|kind|name)":("[A-Za-z0-9-]+"|\{"\$param":"pod"\}),?)+\}(,"with":\{"replicas":2\})?)?\}$/
        );
      })
    );
  });
});

describe('a query', () => {
  it.each([
    ['up{a="{{ .pod }}"} == 0', { query: 'max((up{a=$pod}) < Inf)', op: '==', value: 0 }],
    ['sum(x) < 3', { query: 'min((sum(x)) < Inf)', op: '<', value: 3 }],
    ['x / y >= 0.5', { query: 'max((x / y) < Inf)', op: '>=', value: 0.5 }],
  ])('is taken apart: %s', (query, parts) => {
    expect(convertQuery(query)).toMatchObject(parts);
  });

  it.each([
    'up',
    'up > x',
    'up{a="{{ .nope }}"} > 1',
    'up{a="x-{{ .pod }}"} > 1',
    '{{ .query }} > 1',
    'up{a=~"{{ .pod }}"} > 1',
    'sum(x > 1',
    '',
  ])('is refused: %j', (query) => {
    expect(convertQuery(query)).toHaveProperty('refused');
  });
});
