import type { ProposePlan } from '#contracts';
import { Installation } from './executor-process.ts';
import type { Boundary, FakeWorld } from './fake-world.ts';
import { startFakeWorld } from './fake-world.ts';

/** A parsed body; tests name the fields they expect. */
type Json = ReturnType<typeof JSON.parse>;

const CHECK = { name: 'p99', query: 'vector(0.1)', operator: '<' as const, threshold: 1, unit: 'seconds' };

const INCIDENT = {
  fingerprint: 'fingerprint-1',
  service: 'payment',
  symptom: 'latency',
  onsetMs: 1,
  detectedMs: 2,
  recovery: [{ ...CHECK, threshold: 0.01 }],
  report: { id: 'r1' },
};

/** A process of the executor with the world that it acts on; both are driven from outside. */
export class ExecutorUnderTest {
  readonly world: FakeWorld;
  readonly installation: Installation;
  private readonly bundle: string;
  private readonly env: Record<string, string>;
  /** Where the newest process listens. */
  address = '';

  private constructor(world: FakeWorld, installation: Installation, bundle: string, env: Record<string, string>) {
    this.world = world;
    this.installation = installation;
    this.bundle = bundle;
    this.env = env;
  }

  /** @param guarded see {@link startFakeWorld} */
  static async start(bundle: string, { guarded = true, env = {} } = {}): Promise<ExecutorUnderTest> {
    const world = await startFakeWorld(guarded);
    const made = new ExecutorUnderTest(world, await Installation.make(world.url), bundle, env);
    await made.restart();
    return made;
  }

  /** Starts the process again; the one before must have ended. */
  async restart(): Promise<void> {
    this.address = await this.installation.start(this.bundle, this.env);
  }

  async close(): Promise<void> {
    await this.installation.stop('SIGKILL');
    await this.world.close();
    this.installation.remove();
  }

  async asBackend(intent: string, url: string, body: object): Promise<Json> {
    const text = JSON.stringify(body);
    return this.call('POST', url, await this.installation.backend(intent, text), text);
  }

  async asPerson(method: string, url: string, body?: object, login = 'alice'): Promise<Json> {
    const headers = await this.installation.person(login);
    return this.call(method, url, headers, body === undefined ? undefined : JSON.stringify(body));
  }

  async propose(overrides: Partial<ProposePlan> = {}): Promise<Json> {
    const incident = await this.asBackend('ledger', '/v1/incidents', INCIDENT);
    return this.asBackend('propose', '/v1/plans', {
      incidentId: incident.id,
      action: 'scale',
      target: { kind: 'deployment', name: 'payment' },
      parameters: { replicas: 5 },
      rationale: 'saturated',
      confidence: 0.9,
      expectedSeconds: 60,
      verification: [CHECK],
      onFailure: 'notify',
      affectedServices: 1,
      ...overrides,
    });
  }

  /** Approves as one person, and as another one where two are asked for. */
  async approve(plan: Json): Promise<Json> {
    let decided: Json;
    for (const login of ['alice', 'bob']) {
      const { challenge } = await this.asPerson('POST', `/v1/plans/${plan.id}/challenge`, undefined, login);
      const decision = { decision: 'approve', planHash: plan.planHash, challenge };
      decided = await this.asPerson('POST', `/v1/plans/${plan.id}/decision`, decision, login);
      if (decided.approval?.status !== 'pending') {
        break;
      }
    }
    return decided;
  }

  async newestExecution(): Promise<Json> {
    return (await this.asPerson('GET', '/v1/executions')).items[0];
  }

  /** Kills the process when the platform sees the boundary for the n-th time after this call, and waits for its end. */
  killAt(boundary: Boundary, count = 1): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      this.world.onBoundary = async (seen) => {
        if (seen === boundary && (left -= 1) === 0) {
          this.world.onBoundary = () => {};
          await this.installation.stop('SIGKILL');
          resolve();
        }
      };
    });
  }

  private async call(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Json> {
    const content = body === undefined ? {} : { body };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.address + url, { method, headers: { ...headers, ...type }, ...content });
    return response.json();
  }
}
