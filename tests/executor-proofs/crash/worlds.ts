import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATION_ANNOTATION } from '../../../src/executor/actions/kubernetes/guard.ts';
import { fakeReceiver } from '../../../src/executor/outbound/testing/fake-receiver.ts';
import type { FakeWorld } from '../../contract/executor/fake-world.ts';
import { startFakeWorld } from '../../contract/executor/fake-world.ts';
import { withDefaults } from '../../support/kubernetes/admission.ts';
import { deploymentBody, OTHER_IMAGE } from '../../support/kubernetes/deployment-body.ts';
import type { FakeApiServer } from '../../support/kubernetes/fake-api-server.ts';
import { startFakeApiServer } from '../../support/kubernetes/fake-api-server.ts';
import type { KubeObject } from '../../support/kubernetes/object-store.ts';
import { resourceOf } from '../../support/kubernetes/resource-table.ts';
import type { WorldAddress } from './cell.ts';
import type { ClusterSubject, OwnSubject } from './subjects.ts';
import { PODS } from './subjects.ts';

/** What a world says at the end. */
export interface WorldAccount {
  /** Changes that truly happened, counted where they happen. */
  readonly changes: number;
  /** Operations that changed it, in order; undefined where the world knows the newest only. */
  readonly operations?: readonly string[];
  /** The operation that changed it last, where the target can carry a mark. */
  readonly mark?: string | undefined;
  /** Whether its state is another one than at the beginning. */
  readonly differs: boolean;
}

/** Where the effects of one cell happen. */
export interface World {
  readonly address: WorldAddress;
  observe(): Promise<WorldAccount>;
  close(): Promise<void>;
}

/** A platform of the shop for one cell. */
export async function shopWorld(): Promise<World> {
  const world: FakeWorld = await startFakeWorld();
  const before = JSON.stringify(world.spec);
  return {
    address: { kind: 'shop', url: world.url },
    observe: async () => {
      const operations = [...world.effects, ...world.undone];
      return { changes: operations.length, operations, differs: JSON.stringify(world.spec) !== before };
    },
    close: () => world.close(),
  };
}

/** What stands at the other end of a step that changes no platform. */
export async function ownWorld({ action, input, scene }: OwnSubject, folder: string): Promise<World> {
  const address = { kind: 'own', action, input } as const;
  if (scene === 'nothing') {
    return { address, observe: async () => ({ changes: 0, differs: false }), close: async () => undefined };
  }
  return scene === 'script' ? scriptWorld(address, folder) : endpointWorld(address, folder, scene);
}

let files = 0;
function fileIn(folder: string, content: unknown, mode = 0o600): string {
  files += 1;
  const file = path.join(folder, `own-${files}`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return file;
}

/** A program that writes a line each time it runs. */
async function scriptWorld(address: WorldAddress & { kind: 'own' }, folder: string): Promise<World> {
  const log = fileIn(folder, '');
  const program = fileIn(
    folder,
    `#!${process.execPath}\nrequire('fs').appendFileSync(process.argv[2], 'ran\\n');\n`,
    0o700
  );
  const script = { title: 'Test', program, arguments: [log], workingDirectory: folder, timeoutSeconds: 20 };
  const scripts = fileIn(folder, { scripts: { it: script } });
  return {
    address: { ...address, scripts },
    observe: async () => {
      const changes = readFileSync(log, 'utf8').split('\n').length - 1;
      return { changes, differs: changes > 0 };
    },
    close: async () => undefined,
  };
}

/** A server that gets requests; with keys it ignores a second one with the same key, as such servers do. */
async function endpointWorld(
  address: WorldAddress & { kind: 'own' },
  folder: string,
  scene: OwnSubject['scene']
): Promise<World> {
  const server = await fakeReceiver();
  const withKeys = scene === 'endpoint with keys';
  const hook = { url: `${server.url}/`, allowPrivate: true, retry: withKeys ? 'with-key' : 'never' };
  const endpoints = fileIn(folder, { allowHttp: ['127.0.0.1'], endpoints: { hook } });
  return {
    address: { ...address, endpoints },
    observe: async () => {
      const keys = server.requests.map(({ headers }) => String(headers['idempotency-key']));
      const operations = withKeys ? [...new Set(keys)] : keys;
      const changes = operations.length;
      return { changes, differs: changes > 0, ...(withKeys ? { operations } : {}) };
    },
    close: () => server.close(),
  };
}

const NAME = 'web';
const PATIENCE_MS = 20_000;
const SECRET = 'canary-secret-hunter2';
const TRIGGER = { type: 'prometheus', metadata: { serverAddress: `http://user:${SECRET}@prometheus:9090` } };
const SCALER = { scaleTargetRef: { name: NAME }, minReplicaCount: 2, maxReplicaCount: 20, triggers: [TRIGGER] };

/** A fake API server that several cells share, each with a namespace of its own. */
export class Cluster {
  private readonly fake: FakeApiServer;
  private readonly kubeconfig: string;
  private namespaces = 0;

  private constructor(fake: FakeApiServer, kubeconfig: string) {
    this.fake = fake;
    this.kubeconfig = kubeconfig;
  }

  static async start(folder: string): Promise<Cluster> {
    const fake = await startFakeApiServer();
    const file = path.join(folder, `kubeconfig-${new URL(fake.url).port}`);
    writeFileSync(file, fake.kubeconfig, { mode: 0o600 });
    return new Cluster(fake, file);
  }

  stop(): Promise<void> {
    return this.fake.stop();
  }

  /** Secrets that objects of the cluster and its credential hold. */
  get canaries(): Readonly<Record<string, string>> {
    return { 'secret in an object': SECRET, 'credential of the cluster': this.fake.adminToken };
  }

  /** The next call is answered with an error. */
  failOnce(): void {
    this.fake.faults.plan({ fault: { kind: 'status', code: 500 } });
  }

  /** Makes a namespace with what the action works on. */
  async add({ action, scene, input: own }: ClusterSubject): Promise<World> {
    this.namespaces += 1;
    const namespace = `cell-${this.namespaces}`;
    this.fake.store.create(resourceOf('Namespace'), { metadata: { name: namespace }, status: { phase: 'Active' } });
    const name = await this.prepare(scene, namespace);
    const input = { namespace, name, ...own };
    const look = () => this.look(action, namespace);
    const before = JSON.stringify(look().state);
    const from = this.fake.calls.length;
    return {
      address: { kind: 'cluster', kubeconfig: this.kubeconfig, action, input },
      observe: async () => {
        await this.quiet(namespace);
        const { state, mark } = look();
        const made = this.fake.calls.slice(from).filter((call) => isChange(call, namespace));
        return { changes: made.length, mark, differs: JSON.stringify(state) !== before };
      },
      close: async () => undefined,
    };
  }

  private async prepare(scene: ClusterSubject['scene'], namespace: string): Promise<string> {
    const { store } = this.fake;
    const custom = (kind: string, spec: unknown, annotations = {}) =>
      store.create(resourceOf(kind), { kind, metadata: { name: NAME, namespace, annotations }, spec });
    switch (scene) {
      case 'nothing':
        break;
      case 'scaler':
        custom('ScaledObject', SCALER);
        break;
      case 'paused scaler':
        custom('ScaledObject', SCALER, { 'autoscaling.keda.sh/paused': 'true' });
        break;
      case 'rule':
        custom('DestinationRule', { host: NAME, trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } });
        break;
      default: {
        const body = deploymentBody(NAME, { replicas: PODS }) as unknown as KubeObject;
        const metadata = { ...body.metadata, namespace };
        // The fake counts from the creation of the replica set, which is old by the time of a restart.
        const spec = { ...body.spec, progressDeadlineSeconds: 3600 };
        store.create(resourceOf('Deployment'), withDefaults({ ...body, metadata, spec }));
        await this.quiet(namespace);
        if (scene === 'older revision') {
          const next = store.get('Deployment', namespace, NAME);
          next.spec.template.spec.containers[0].image = OTHER_IMAGE;
          store.update(resourceOf('Deployment'), next, 'object');
          await this.quiet(namespace);
        }
        return scene === 'pod' ? (store.list('Pod', namespace)[0]?.metadata.name ?? '') : NAME;
      }
    }
    return NAME;
  }

  /** Waits until the controllers have nothing to do here. */
  private async quiet(namespace: string): Promise<void> {
    const { store } = this.fake;
    const deadline = Date.now() + PATIENCE_MS;
    const isQuiet = () =>
      store.list('Pod', namespace).every(({ metadata }) => metadata.deletionTimestamp === undefined) &&
      store.list('Deployment', namespace).every(({ metadata, spec, status }) => {
        const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
        return status?.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
      });
    while (!isQuiet()) {
      if (Date.now() > deadline) {
        throw new Error(`${namespace} does not come to rest`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  private look(action: string, namespace: string): { state: unknown; mark: string | undefined } {
    const { store } = this.fake;
    if (action === 'k8s.deletePod' || action === 'k8s.forceRestart') {
      const uids = store.list('Pod', namespace).map(({ metadata }) => metadata.uid);
      return { state: uids.sort(), mark: undefined };
    }
    const kinds = ['Deployment', 'ScaledObject', 'DestinationRule', 'EnvoyFilter'];
    const [object] = kinds.flatMap((kind) => store.list(kind, namespace));
    const { annotations = {}, labels = {} } = object?.metadata ?? {};
    const kept = Object.entries(annotations).filter(
      ([key]) => key !== OPERATION_ANNOTATION && !key.endsWith('revision')
    );
    return { state: [object?.spec, labels, kept.sort()], mark: annotations[OPERATION_ANNOTATION] };
  }
}

function isChange(
  { method, path: at, dryRun, code = 500 }: FakeApiServer['calls'][number],
  namespace: string
): boolean {
  return method !== 'GET' && !dryRun && code < 300 && at.includes(`/namespaces/${namespace}/`);
}
