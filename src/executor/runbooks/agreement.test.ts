import { describe, expect, it } from 'vitest';
import { demoActions } from '../actions/demo/demo-actions.ts';
import { kubernetesActions } from '../actions/kubernetes/index.ts';
import { kubernetesClient } from '../actions/kubernetes/kubernetes-client.ts';
import { fakePlatform } from '../testing/fake-platform.ts';
import { compilePlan } from './compile-plan.ts';
import { ACTION_FORMS } from './schema/action-schema.ts';
import { loadExample } from './testing/example.ts';

const nowhere = { send: () => Promise.reject(new Error('there is no cluster')), close: async () => undefined };
const actions = [...kubernetesActions(kubernetesClient('main', nowhere)), ...demoActions(fakePlatform())];
const registry = new Map(actions.map((action) => [action.name, action]));

function keysOf(schema: unknown): string[] {
  return Object.keys((schema as { readonly properties?: object } | undefined)?.properties ?? {});
}

describe('what a runbook can write and what an action takes', () => {
  it('are the same actions', () => {
    const written = Object.keys(ACTION_FORMS).filter((name) => /^(k8s|keda|istio|demo)\./.test(name));
    expect(written.sort()).toEqual(actions.map(({ name }) => name).sort());
  });

  it.each(actions.map((action) => [action.name, action] as const))('are the same keys for %s', (name, action) => {
    const form = ACTION_FORMS[name];
    expect([...keysOf(form?.target), ...keysOf(form?.with)].sort()).toEqual(keysOf(action.inputSchema).sort());
  });

  it('agree on what can be temporary: only what can be undone', () => {
    const temporary = Object.keys(ACTION_FORMS).filter((name) => ACTION_FORMS[name]?.temporary);
    expect(temporary.filter((name) => registry.get(name)?.reversible !== true)).toEqual([]);
  });

  const object = { namespace: 'shop', name: 'payment' };
  it.each([
    ['k8s.scale', { ...object, kind: 'StatefulSet' }, { replicas: 1000 }],
    ['k8s.scale', object, { factor: 0.1, min: 1, max: 1000 }],
    ['k8s.scale', object, { factor: 10 }],
    ['k8s.restart', { ...object, kind: 'DaemonSet' }, undefined],
    ['k8s.forceRestart', { ...object, kind: 'Deployment' }, undefined],
    ['k8s.rollback', object, { revision: 1 }],
    ['k8s.rollback', object, undefined],
    ['k8s.setMemory', object, { container: 'app', limit: '512Mi' }],
    ['k8s.setMemory', { ...object, kind: 'DaemonSet' }, { container: 'app', factor: 4 }],
    ['k8s.deletePod', { ...object, kind: 'Pod', name: 'payment-7f9c.x' }, { ignoreDisruptionBudget: true }],
    ['keda.pause', { ...object, kind: 'ScaledObject' }, { replicas: 1 }],
    ['keda.resume', object, undefined],
    ['keda.setBounds', object, { min: 0, max: 1 }],
    [
      'istio.circuitBreak',
      { ...object, kind: 'DestinationRule' },
      {
        host: 'payment.shop.svc',
        consecutiveErrors: 100,
        intervalSeconds: 300,
        ejectionSeconds: 3600,
        maxEjectionPercent: 50,
      },
    ],
    [
      'istio.rateLimit',
      { ...object, kind: 'Workload' },
      { selectorLabel: 'app.kubernetes.io/name', requestsPerSecondPerPod: 100_000, burst: 1 },
    ],
  ])('agree on the values of %s %j %j', async (action, target, given) => {
    const loaded = await loadExample((example) => {
      example.spec.steps = [{ id: 'only', action, target, ...(given === undefined ? {} : { with: given }) }];
    });
    const values = { namespace: 'shop', deployment: 'payment', container: 'app', memory: '1Gi', restarts: 5 };
    expect(compilePlan(loaded, values, registry).steps[0]?.input).toEqual({ ...target, ...given });
  });
});
