import type { JsonObject, ProposePlan } from '#contracts';
import { kubernetesActions } from '../../../src/executor/actions/kubernetes/index.ts';
import { kubernetesClient } from '../../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { ACTION_CATALOGUE, hasNoEffect } from '../../../src/executor/actions/catalogue.ts';

/** An action under test. */
export interface Subject {
  readonly name: string;
  readonly kind: 'shop' | 'recorded' | 'cluster' | 'own';
  readonly reversible: boolean;
  /** Changes of the world that one effect consists of, and the way back. */
  readonly changes: number;
  readonly changesBack: number;
  /** Cannot be asked what it did: sent at most once, and a person is called when the outcome is not known. */
  readonly asks?: boolean;
}

/** A step of runbooks that changes no platform, with the input that it has here. */
export interface OwnSubject extends Subject {
  readonly kind: 'own';
  readonly action: string;
  readonly input: JsonObject;
  /** What stands at the other end. */
  readonly scene: 'endpoint' | 'endpoint with keys' | 'script' | 'nothing';
}

/** Any of the three. */
export type AnySubject = Subject | ClusterSubject | OwnSubject;

/** What {@link Cluster.add} sets up for an action on a cluster, and the input of the action there. */
export interface ClusterSubject extends Subject {
  readonly kind: 'cluster';
  readonly action: string;
  readonly scene: Scene;
  readonly input: JsonObject;
}

/** `older revision`: a deployment that was changed once. `nothing`: the action makes its object. */
export type Scene = 'deployment' | 'older revision' | 'pod' | 'scaler' | 'paused scaler' | 'rule' | 'nothing';

/** Pods of every deployment. */
export const PODS = 2;

type Proposal = Pick<ProposePlan, 'action' | 'target' | 'parameters'>;
const deployment = { kind: 'deployment', name: 'payment' } as const;

const SHOP: Readonly<Record<ProposePlan['action'], Omit<Proposal, 'action'>>> = {
  scale: { target: deployment, parameters: { replicas: 5 } },
  restart: { target: deployment, parameters: {} },
  rollback: { target: deployment, parameters: {} },
  'rate-limit': { target: deployment, parameters: { requestsPerSecond: 100, durationSeconds: 3600 } },
  'circuit-break': {
    target: { kind: 'edge', name: 'checkout', peer: 'payment' },
    parameters: { durationSeconds: 3600 },
  },
  'set-memory-limit': { target: deployment, parameters: { limitBytes: 268_435_456 } },
  'create-index': {
    target: { kind: 'database', name: 'orders-db' },
    parameters: { table: 'orders', column: 'customer' },
  },
  notify: { target: deployment, parameters: { message: 'look at the queue' } },
  manual: { target: deployment, parameters: { description: 'fail over by hand' } },
};

const CLUSTER: readonly (readonly [action: string, scene: Scene, input: JsonObject, note?: string])[] = [
  ['k8s.scale', 'deployment', { replicas: 4 }],
  ['k8s.restart', 'deployment', {}],
  ['k8s.rollback', 'older revision', {}],
  ['k8s.setMemory', 'deployment', { container: 'app', limit: '96Mi' }],
  ['k8s.deletePod', 'pod', {}],
  ['k8s.forceRestart', 'deployment', {}],
  ['keda.setBounds', 'scaler', { min: 4, max: 30 }],
  ['keda.pause', 'scaler', { replicas: 4 }],
  ['keda.resume', 'paused scaler', {}],
  ['istio.circuitBreak', 'rule', {}],
  ['istio.circuitBreak', 'nothing', {}, 'makes the rule'],
  ['istio.rateLimit', 'nothing', { requestsPerSecondPerPod: 20 }],
];

/** A good input of every action on clusters, without namespace and name. */
export const CLUSTER_INPUTS: ReadonlyMap<string, JsonObject> = new Map(
  CLUSTER.map(([action, , input]) => [action, input])
);

const shopSubjects: readonly Subject[] = ACTION_CATALOGUE.map(({ action, reversible }) => ({
  name: hasNoEffect(action) ? action : `demo.${action}`,
  kind: hasNoEffect(action) ? 'recorded' : 'shop',
  reversible,
  changes: hasNoEffect(action) ? 0 : 1,
  changesBack: hasNoEffect(action) || !reversible ? 0 : 1,
}));

const own = (
  name: string,
  scene: OwnSubject['scene'],
  input: JsonObject,
  rest: Partial<OwnSubject> = {}
): OwnSubject => ({
  name,
  kind: 'own',
  action: name.replace(/ .*$/, ''),
  scene,
  input,
  reversible: false,
  changes: 1,
  changesBack: 0,
  ...rest,
});

const ownSubjects: readonly OwnSubject[] = [
  own('http.request (with a key)', 'endpoint with keys', { endpoint: 'hook', body: { operation: 'reduce' } }),
  own('http.request (without)', 'endpoint', { endpoint: 'hook', body: { operation: 'reduce' } }, { asks: true }),
  own('ticket', 'endpoint with keys', { endpoint: 'hook', summary: 'look at the queue' }, { reversible: true }),
  own('script.run', 'script', { script: 'it', args: {} }, { asks: true }),
  own('query', 'nothing', { query: 'vector(1)', op: '>', value: 0 }, { reversible: true, changes: 0 }),
  own('wait', 'nothing', { seconds: 5 }, { reversible: true, changes: 0 }),
];

/** Every action that the executor has: a new one without a place here is an error. */
export const SUBJECTS: readonly AnySubject[] = [...shopSubjects, ...clusterSubjects(), ...ownSubjects];

/** What is proposed for a subject; those on clusters are carried by a step of the shop, see `run-cell.ts`. */
export function proposalOf(subject: string): Proposal {
  const own = subject.replace(/^demo\./, '');
  const action = (Object.hasOwn(SHOP, own) ? own : 'scale') as ProposePlan['action'];
  return { action, ...SHOP[action] };
}

function clusterSubjects(): readonly ClusterSubject[] {
  const nowhere = { send: () => Promise.reject(new Error('there is no cluster')), close: async () => undefined };
  const actions = kubernetesActions(kubernetesClient('main', nowhere));
  const missing = actions.filter(({ name }) => !CLUSTER.some(([action]) => action === name));
  if (missing.length > 0) {
    throw new Error(`no scene for ${missing.map(({ name }) => name).join(', ')}`);
  }
  return CLUSTER.map(([action, scene, input, note]) => ({
    name: note === undefined ? action : `${action} (${note})`,
    kind: 'cluster',
    reversible: actions.find(({ name }) => name === action)?.reversible ?? false,
    changes: action === 'k8s.forceRestart' ? PODS : 1,
    changesBack: 1,
    action,
    scene,
    input,
  }));
}
