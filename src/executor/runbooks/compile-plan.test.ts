import { describe, expect, it } from 'vitest';
import { ExecutorError } from '../errors.ts';
import { compilePlan, planDigest } from './compile-plan.ts';
import { resolveParameters } from './resolve-parameters.ts';
import { looseAction, registry } from './testing/actions.ts';
import { type Example, loadExample } from './testing/example.ts';

const labels = { namespace: 'shop', deployment: 'payment', container: 'app' };

async function compiled(change?: (example: Example) => void, actions = registry()) {
  const loaded = await loadExample(change);
  return compilePlan(loaded, resolveParameters(loaded.runbook, { labels }), actions);
}

describe('a compiled plan', () => {
  it('has literals only, and everything an approval is about', async () => {
    const plan = await compiled();
    expect(JSON.stringify(plan)).not.toContain('$');
    expect(plan.runbook).toMatchObject({ name: 'oom-crash-loop', version: 3, source: 'example.yaml' });
    expect(plan.preconditions).toEqual([
      {
        name: 'restarting',
        query: 'max(kube_pod_container_status_restarts_total{namespace="shop",container="app"}) or vector(0)',
        operator: '>',
        threshold: 5,
        noData: 'fail',
      },
    ]);
    expect(plan.steps).toEqual([
      {
        id: 'near-limit',
        action: 'query',
        input: {
          query: 'max(container_memory_working_set_bytes{container="app"})',
          op: '>',
          value: 0.95,
          noData: 'fail',
          onFalse: 'continue',
        },
        timeoutSeconds: 120,
        retry: { max: 0, on: [] },
        compensate: 'auto',
      },
      {
        id: 'raise-memory',
        action: 'k8s.setMemory',
        input: { namespace: 'shop', kind: 'Deployment', name: 'payment', container: 'app', limit: '512Mi' },
        if: {
          expression: 'steps["near-limit"].passed && params.restarts >= 0',
          scope: {
            kind: 'step',
            parameters: {
              namespace: 'string',
              deployment: 'string',
              container: 'string',
              memory: 'string',
              restarts: 'int',
            },
            queries: ['near-limit'],
          },
        },
        timeoutSeconds: 120,
        retry: { max: 3, on: ['429', '5xx', 'timeout', 'conflict'] },
        compensate: 'auto',
      },
    ]);
    expect(plan.policy).toEqual({
      risk: 'medium',
      approval: { mode: 'four-eyes', ttlSeconds: 1800, approvers: [] },
      cooldownSeconds: 1800,
      concurrency: { key: 'target', max: 1 },
      blastRadius: { maxPercent: 25, namespaces: ['shop'] },
      deadlineSeconds: 1200,
    });
    expect(plan).toMatchObject({
      reversible: true,
      irreversibleSteps: [],
      verify: { onFailure: 'rollback', consecutive: 3 },
    });
  });

  it('has defaults where the runbook says nothing', async () => {
    const plan = await compiled((example) => {
      example.spec.policy = { risk: 'low', approval: { mode: 'required' } };
      Object.assign(example.spec, { verify: undefined, notifications: undefined, preconditions: undefined });
    });
    expect(plan.policy).toEqual({
      risk: 'low',
      approval: { mode: 'required', ttlSeconds: 1800, approvers: [] },
      cooldownSeconds: 600,
      concurrency: { key: 'target', max: 1 },
      blastRadius: {},
      deadlineSeconds: 3600,
    });
    expect(plan.verify).toEqual({
      settleSeconds: 30,
      timeoutSeconds: 600,
      intervalSeconds: 15,
      consecutive: 3,
      checks: [],
      onFailure: 'rollback',
    });
    expect(plan).toMatchObject({ preconditions: [], notifications: [] });
  });

  it('asks a check over time for its worst value, and for enough of it', async () => {
    const plan = await compiled((example) =>
      Object.assign(example.spec.preconditions[0]!, { query: 'max(x)', vars: {}, for: '2m' })
    );
    expect(plan.preconditions[0]).toMatchObject({
      query: 'min_over_time((max(x))[120s:15s]) and count_over_time((max(x))[120s:15s]) >= 6',
      forSeconds: 120,
    });
    const below = await compiled((example) =>
      Object.assign(example.spec.preconditions[0]!, { query: 'max(x)', vars: {}, for: '5s', op: '<' })
    );
    expect(below.preconditions[0]?.query).toBe(
      'max_over_time((max(x))[5s:15s]) and count_over_time((max(x))[5s:15s]) >= 1'
    );
  });

  it('says how long it takes when all goes well', async () => {
    const plan = await compiled((example) =>
      example.spec.steps.push({ id: 'pause', action: 'wait', with: { seconds: 300 } })
    );
    // One change, one pause, 60 s to settle, and three rounds 30 s apart.
    expect(plan.expectedSeconds).toBe(60 + 300 + 60 + 2 * 30);
  });

  it('carries the time after which a temporary step is undone, and the group', async () => {
    const plan = await compiled((example) => Object.assign(example.spec.steps[1]!, { ttl: '15m', group: 'first' }));
    expect(plan.steps[1]).toMatchObject({ ttlSeconds: 900, parallelGroup: 'first' });
  });

  it.each([
    ['an action without way back', 'k8s.restart', undefined],
    ['a step that is not to be undone', 'k8s.rollback', 'none'],
  ])('is not reversible with %s, and holds instead of rolling back', async (_, action, compensate) => {
    const plan = await compiled((example) => {
      const { target } = example.spec.steps[1]!;
      example.spec.steps.push({ id: 'last', action, target, ...(compensate === undefined ? {} : { compensate }) });
    });
    expect(plan).toMatchObject({ reversible: false, irreversibleSteps: ['last'], verify: { onFailure: 'hold' } });
    expect(plan.steps[2]?.compensate).toBe('none');
  });

  it('of equal inputs is equal, byte by byte, and of others is not', async () => {
    const one = await compiled();
    const loaded = await loadExample();
    const other = compilePlan(
      loaded,
      resolveParameters(loaded.runbook, { labels, given: { restarts: 6 } }),
      registry()
    );
    expect(planDigest(one)).toBe(planDigest(await compiled()));
    expect(planDigest(one)).not.toBe(planDigest(other));
  });

  it.each([
    [
      'an action that is not enabled',
      new Map([...registry()].filter(([name]) => name !== 'k8s.setMemory')),
      /steps\.raise-memory "k8s\.setMemory" is not enabled/,
    ],
    [
      'what the action itself refuses',
      registry(
        looseAction('k8s.setMemory', {
          inputSchema: { type: 'object', properties: { limit: { type: 'string', maxLength: 3 } } },
        })
      ),
      /steps\.raise-memory\.limit is too long/,
    ],
    [
      'a key that the action does not know',
      registry(
        looseAction('k8s.setMemory', { inputSchema: { type: 'object', additionalProperties: false, properties: {} } })
      ),
      /steps\.raise-memory\.\w+ "\w+" is not known here/,
    ],
    [
      'a target that the action refuses',
      registry(
        looseAction('k8s.setMemory', {
          target: () => {
            throw new ExecutorError('PARAMETER_INVALID', 'cluster: this executor acts on "a" only.');
          },
        })
      ),
      /steps\.raise-memory: cluster: this executor/,
    ],
  ])('is not made with %s', async (_, actions, message) => {
    await expect(compiled(undefined, actions)).rejects.toThrow(message);
  });

  it('is not made with values that nobody checked', async () => {
    const loaded = await loadExample();
    const good = resolveParameters(loaded.runbook, { labels });
    for (const values of [
      { ...good, namespace: 'a"} or up{x="' },
      { ...good, restarts: 51 },
      { ...good, more: 1 },
    ]) {
      expect(() => compilePlan(loaded, values, registry())).toThrow(/parameters\.(namespace|restarts|more)/);
    }
    expect(() => compilePlan(loaded, {}, registry())).toThrow(/parameters\.namespace is missing/);
  });

  it('binds parameters anywhere in the body of a request', async () => {
    const body = { vars: { a: { $param: 'restarts' } }, list: [{ $param: 'memory' }], plain: 'x' };
    const plan = await compiled((example) => {
      example.spec.steps = [{ id: 'ask', action: 'http.request', with: { endpoint: 'traffic', body } }];
    });
    expect(plan.steps[0]?.input).toEqual({
      endpoint: 'traffic',
      body: { vars: { a: 5 }, list: ['512Mi'], plain: 'x' },
    });
  });

  it('is not made for automatic approval of what is destructive', async () => {
    const change = (example: Example): void => {
      example.spec.policy = { risk: 'low', approval: { mode: 'auto-if-low-risk' } };
      example.spec.steps[1] = { id: 'kill', action: 'k8s.forceRestart', target: example.spec.steps[1]!['target'] };
    };
    await expect(compiled(change)).rejects.toThrow(/steps\.kill k8s\.forceRestart is destructive/);
  });
});
