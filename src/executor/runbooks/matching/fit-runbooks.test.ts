import { describe, expect, it } from 'vitest';
import type { LoadedRunbook } from '../runbook.ts';
import { inlineCel, loadExample } from '../testing/example.ts';
import { shippedRunbooks } from '../testing/shipped.ts';
import { registry } from '../testing/actions.ts';
import { fitRunbooks, type Occasion, proposeRunbooks } from './fit-runbooks.ts';

const actions = new Set(registry().keys());
const names = (fits: readonly { readonly loaded: LoadedRunbook }[]) =>
  fits.map(({ loaded }) => loaded.runbook.metadata.name);

async function named(
  name: string,
  triggers: readonly Record<string, unknown>[],
  risk = 'medium'
): Promise<LoadedRunbook> {
  return loadExample((example) => {
    example.metadata.name = name;
    example.spec.triggers = [...triggers];
    example.spec.policy['risk'] = risk;
  });
}
const when = (label: string, op: string, value: unknown, condition?: string) => ({
  match: [{ label, op, value }],
  ...(condition === undefined ? {} : { when: condition }),
});
const alert = (labels: Record<string, string>, values: Record<string, number> = {}): Occasion => ({
  source: 'grafana-alert',
  labels,
  values,
});

describe('the runbooks that fit', () => {
  it.each([
    ['=', 'a', 'a', true],
    ['=', 'a', 'b', false],
    ['=', 'a', undefined, false],
    ['!=', 'a', 'b', true],
    ['!=', 'a', 'a', false],
    ['!=', 'a', undefined, true],
    ['in', ['a', 'b'], 'b', true],
    ['in', ['a', 'b'], 'c', false],
    ['in', ['a', 'b'], undefined, false],
    ['prefix', 'pay', 'payment', true],
    ['prefix', 'pay', 'repay', false],
    ['prefix', 'pay', undefined, false],
  ] as const)('have labels that match: %s %j, label %j: %s', async (op, value, label, fits) => {
    const runbook = await named('one', [when('team', op, value)]);
    expect(fitRunbooks([runbook], alert(label === undefined ? {} : { team: label }), actions)).toHaveLength(
      fits ? 1 : 0
    );
  });

  it('do not match what is only on a prototype', async () => {
    const runbook = await named('one', [when('constructor', '!=', 'x'), when('toString', 'prefix', 'f')]);
    expect(fitRunbooks([runbook], alert({}), actions).map(({ why }) => why)).toEqual([
      ['constructor is not there, not "x"'],
    ]);
  });

  it('are for the source of the occasion, and say why', async () => {
    const insight = await named('insight', [{ source: 'aiops-insight', ...when('cause', '=', 'bad-deploy') }]);
    const occasion: Occasion = { source: 'aiops-insight', labels: { service: 'payment' }, cause: 'bad-deploy' };
    expect(fitRunbooks([insight], occasion, actions)[0]?.why).toEqual(['cause is "bad-deploy"']);
    expect(fitRunbooks([insight], { ...occasion, source: 'manual' }, actions)).toEqual([]);
  });

  it('believe the analysis about the cause, never a label', async () => {
    const insight = await named('insight', [{ source: 'aiops-insight', ...when('cause', '=', 'bad-deploy') }]);
    const claimed: Occasion = { source: 'aiops-insight', labels: { cause: 'bad-deploy' } };
    expect(fitRunbooks([insight], claimed, actions)).toEqual([]);
    expect(fitRunbooks([insight], { ...claimed, cause: 'overload' }, actions)).toEqual([]);
  });

  it('have only actions that are enabled', async () => {
    const runbook = await named('one', [when('a', '=', 'b')]);
    expect(fitRunbooks([runbook], alert({ a: 'b' }), new Set(['query']))).toEqual([]);
  });

  it('come in the order of how much they ask for, then of what is missing, of risk, of name', async () => {
    const all = [
      await named('d-prefix', [when('a', 'prefix', 'x')]),
      await named('c-high', [when('a', '=', 'xy')], 'high'),
      await named('b-medium', [when('a', '=', 'xy')]),
      await named('a-medium', [when('a', '=', 'xy')]),
      await named('two', [{ match: [...when('a', '=', 'xy').match, ...when('b', '=', 'z').match] }]),
    ];
    const fits = fitRunbooks(all, alert({ a: 'xy', b: 'z' }), actions);
    expect(names(fits)).toEqual(['two', 'a-medium', 'b-medium', 'c-high', 'd-prefix']);
    expect(fits[0]?.missing.map(({ name }) => name)).toEqual(['namespace', 'deployment', 'container']);
  });

  it('are at most three, each once, and only where their condition holds', async () => {
    const all = [
      await named('high', [when('a', '=', 'b', 'alert.values.restarts > 5.0')]),
      await named('unknown', [when('a', '=', 'b', 'alert.values.nope > 5.0')]),
      await named('either', [when('a', '=', 'b', 'alert.values.restarts > 100.0'), when('a', 'prefix', 'b')]),
      await named('twice', [when('a', '=', 'b'), when('a', 'in', ['b'])]),
      await named('never', [when('a', '=', 'b', 'alert.values.restarts > 100.0')]),
      await named('last', [when('a', '!=', 'c')]),
    ];
    const { fits, misses } = await proposeRunbooks(all, alert({ a: 'b' }, { restarts: 6 }), actions, inlineCel);
    expect(names(fits)).toEqual(['high', 'twice', 'either']);
    expect(fits[0]?.why).toEqual(['a is "b"', 'alert.values.restarts > 5.0 holds']);
    expect(misses.map(({ loaded, why }) => [loaded.runbook.metadata.name, why])).toEqual([
      ['never', 'alert.values.restarts > 100.0 does not hold'],
      ['unknown', expect.stringContaining('cannot be known')],
    ]);
  });

  it('are the shipped ones that were written for a cause', async () => {
    const shipped = await shippedRunbooks();
    const first = async (occasion: Partial<Occasion>) => {
      const { fits } = await proposeRunbooks(
        shipped,
        { source: 'aiops-insight', labels: {}, ...occasion },
        actions,
        inlineCel
      );
      return names(fits)[0];
    };
    expect(await first({ cause: 'out-of-memory' })).toBe('oom-crash-loop');
    expect(await first({ cause: 'memory-pressure', labels: { service_kind: 'cache' } })).toBe('redis-memory');
    expect(await first({ cause: 'bad-deploy' })).toBe('bad-deploy-rollback');
    expect(await first({ cause: 'pool-exhaustion' })).toBe('connection-pool-exhaustion');
    expect(await first({ cause: 'external-rate-limit' })).toBe('external-rate-limit');
    expect(await first({ cause: 'slow-query' })).toBe('slow-query-mitigation');
    expect(await first({ cause: 'cpu-contention' })).toBe('saturation-scale-out');
    expect(await first({ cause: 'overload', labels: { autoscaler: 'keda' } })).toBe('keda-bounds');
    expect(await first({ cause: 'unreachable' })).toBe('crash-loop-restart');
    expect(await first({ cause: 'unclassified' })).toBeUndefined();
    expect(await first({ source: 'grafana-alert', labels: { rule: 'data_drift' } })).toBe('model-data-drift');
    expect(
      await first({ source: 'grafana-alert', labels: { alertname: 'Model Performance Alert: accuracy_drop' } })
    ).toBe('model-accuracy-drop');
    expect(await first({ source: 'grafana-alert', labels: { alertname: 'NodeDiskPressure' } })).toBe('disk-pressure');
    expect(
      await first({ source: 'grafana-alert', labels: { alertname: 'KubePodCrashLooping', reason: 'OOMKilled' } })
    ).toBe('oom-crash-loop');
    expect(
      await first({ source: 'grafana-alert', labels: { alertname: 'KubePodCrashLooping', reason: 'Error' } })
    ).toBe('crash-loop-restart');
  });
});
