import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { compilePlan } from './compile-plan.ts';
import type { CompiledPlan } from './compiled-plan.ts';
import { samples } from './parameter-value.ts';
import { resolveParameters } from './resolve-parameters.ts';
import type { LoadedRunbook } from './runbook.ts';
import { LABELS, realRegistry, shippedRunbooks } from './testing/shipped.ts';

const actions = realRegistry();
const shipped = await shippedRunbooks();
const demo = await shippedRunbooks('demo');

function compiled(loaded: LoadedRunbook, given: Readonly<Record<string, unknown>> = {}): CompiledPlan {
  return compilePlan(loaded, resolveParameters(loaded.runbook, { labels: LABELS, given }), actions);
}

function faultsOf(query: string): string[] {
  const faults: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to }) => void (type.isError && faults.push(`${from}: ${query.slice(from, to + 20)}`)),
  });
  return faults;
}

describe('the shipped runbooks', () => {
  it('are those that the product promises', () => {
    expect(shipped.map(({ runbook }) => runbook.metadata.name)).toEqual([
      'bad-deploy-rollback',
      'connection-pool-exhaustion',
      'crash-loop-restart',
      'disk-pressure',
      'external-rate-limit',
      'keda-bounds',
      'model-accuracy-drop',
      'model-data-drift',
      'model-high-latency',
      'oom-crash-loop',
      'redis-memory',
      'saturation-scale-out',
      'slow-query-mitigation',
    ]);
  });

  describe.each([...shipped, ...demo].map((loaded) => [loaded.runbook.metadata.name, loaded] as const))(
    '%s',
    (name, loaded) => {
      it('compiles for an alert, with inputs that the real actions accept', () => {
        const plan = compiled(loaded);
        expect(plan.runbook.source).toBe(`${name}.yaml`);
        expect(JSON.stringify([plan.steps, plan.preconditions, plan.verify])).not.toMatch(/\$|\{\{/);
      });

      it('compiles with the smallest and the largest value of every parameter', () => {
        for (const pick of [0, -1]) {
          const given = Object.fromEntries(
            Object.entries(loaded.runbook.spec.parameters).flatMap(([parameter, declaration]) => {
              const value = samples(declaration).at(pick);
              return value === undefined ? [] : [[parameter, value]];
            })
          );
          expect(compiled(loaded, given).steps.length).toBeGreaterThan(0);
        }
      });

      it('asks questions that Prometheus can read, each for one number', () => {
        const plan = compiled(loaded);
        const queries = [
          ...[...plan.preconditions, ...plan.verify.checks].map(({ query }) => query),
          ...plan.steps.flatMap(({ input }) => (typeof input['query'] === 'string' ? [input['query']] : [])),
        ];
        expect(queries.flatMap(faultsOf)).toEqual([]);
        expect(
          queries.filter(
            (query) => !/^\(*(max|min|sum|avg|time|histogram_quantile|min_over_time|max_over_time)\b/.test(query)
          )
        ).toEqual([]);
      });

      it('asks before it acts, looks whether it helped, and tells people', () => {
        const plan = compiled(loaded);
        expect(plan.preconditions.length).toBeGreaterThan(0);
        expect(plan.preconditions.every(({ noData }) => noData === 'fail')).toBe(true);
        expect(plan.verify.checks.length).toBeGreaterThan(0);
        expect(plan.verify.consecutive).toBeGreaterThanOrEqual(3);
        expect(
          plan.notifications.some(({ on }) => on.includes('approval-requested') && on.includes('needs-human'))
        ).toBe(true);
        expect(plan.policy.approval.mode).not.toBe('auto-if-low-risk');
      });

      it('rolls back only what can be rolled back', () => {
        const { verify } = loaded.runbook.spec;
        const plan = compiled(loaded);
        expect(plan.verify.onFailure).toBe(verify?.onFailure);
        expect(verify?.onFailure === 'rollback').toBe(plan.reversible);
      });
    }
  );

  it('cover every cause that the demo can break, and change nothing but the demo', () => {
    const causes = new Set(
      demo
        .flatMap(({ runbook }) => (runbook.spec.triggers ?? []).flatMap(({ match }) => match))
        .filter(({ label }) => label === 'cause')
        .flatMap(({ value }) => value)
    );
    expect([...causes].sort()).toEqual([
      'bad-deploy',
      'cpu-contention',
      'external-rate-limit',
      'memory-pressure',
      'network-latency',
      'out-of-memory',
      'overload',
      'pool-exhaustion',
      'slow-query',
      'unreachable',
    ]);
    expect(
      demo.flatMap(({ runbook }) => runbook.spec.steps).filter(({ action }) => !/^(demo\..*|wait|query)$/.test(action))
    ).toEqual([]);
  });

  it('take temporary mitigations back by themselves', () => {
    const plan = compiled(shipped.find(({ runbook }) => runbook.metadata.name === 'slow-query-mitigation')!);
    expect(plan.steps.filter(({ action }) => action.startsWith('istio.')).map(({ ttlSeconds }) => ttlSeconds)).toEqual([
      1800, 1800,
    ]);
  });

  it('have the values of the source documents', () => {
    const plan = (name: string) => compiled(shipped.find(({ runbook }) => runbook.metadata.name === name)!);
    expect(plan('oom-crash-loop').steps[0]?.input).toMatchObject({ factor: 1.5 });
    expect(plan('keda-bounds').steps[0]?.input).toMatchObject({ min: 2, max: 20 });
    expect(plan('external-rate-limit').steps[0]?.input).toMatchObject({
      body: { operation: 'reduce_traffic', service: 'payment', percentage: 30 },
    });
    expect(plan('external-rate-limit').steps[3]?.input).toMatchObject({
      body: { operation: 'gradual_traffic_restore', service: 'payment', step: 5 },
    });
    expect(plan('saturation-scale-out').steps[0]?.input).toMatchObject({ factor: 1.5, max: 10 });
    expect(plan('slow-query-mitigation').steps[0]?.input).toMatchObject({ requestsPerSecondPerPod: 500 });
  });
});
