import type { ChangeEvent, EpochMs, LogLine, Span } from '#model';
import type { TelemetrySink } from '../telemetry-sink.ts';
import { nextPatch, toChangeLine } from './change-log.ts';
import { backOffLine } from './cluster-event.ts';
import { compileOperations, compilePoll, type CompiledOperation } from './compiled-operation.ts';
import { ContainerMetrics } from './container-metrics.ts';
import type { Deployment } from './deployment.ts';
import type { Edge } from './edge.ts';
import { LoadView, type RecentLoad } from './load-view.ts';
import { toLogLines, logLine } from './log-writer.ts';
import type { MessageContext } from './message-queue.ts';
import { MetricRegistry } from './metric-registry.ts';
import { OrderMetrics } from './order-metrics.ts';
import { Random } from './random.ts';
import { RequestMetrics } from './request-metrics.ts';
import { RequestRunner, type Call } from './request-runner.ts';
import { createComponents, need, type ShopComponents } from './shop-components.ts';
import { SpanSites } from './span-site.ts';
import { toSpans } from './span-writer.ts';
import { POOLS, reportStores } from './store-metrics.ts';
import { CLIENT, ENTRIES, POLL_QUERY, POOL_SIZE_PER_POD, PROVIDER, QUEUE } from './topology.ts';
import { TraceSampler } from './trace-sampler.ts';

/** Length of a scrape step in seconds. */
export const STEP_SECONDS = 15;
const SUB_STEP_SECONDS = 5;
/** Mean time between deployments that have nothing to do with any incident. */
const DEPLOY_INTERVAL_SECONDS = 5400;
const ROLLING_SECONDS = 20;
/** Multiples of it, modulo 1, are spread evenly (Weyl's sequence). */
const GOLDEN_RATIO = 0.618033988749895;

/** How to start a shop. */
export interface ShopOptions {
  readonly seed: string | number;
  /** Where simulated time begins; a multiple of 15 s keeps scrapes aligned. */
  readonly startMs: EpochMs;
  readonly sink: TelemetrySink;
}

interface Scheduled {
  readonly atMs: EpochMs;
  readonly run: () => void;
}

interface Entry {
  readonly operation: CompiledOperation;
  readonly upTo: number;
}

/**
 * The simulated shop. It runs every request that people send through the queues of its services, in simulated time, and
 * reports what real services would. Equal seeds and equal commands at equal times give equal telemetry. No clock is read.
 */
export class Shop {
  readonly components: ShopComponents;
  /** Deployments that get no routine deployment, since something about them is being watched. */
  frozen: ReadonlySet<string> = new Set();
  /** Called before every sub-step, after the commands that are due. */
  onSubStep: (() => void) | undefined;
  readonly #random: Random;
  readonly #telemetryRandom: Random;
  readonly #sink: TelemetrySink;
  readonly #registry: MetricRegistry;
  readonly #requests: RequestMetrics;
  readonly #containers: ContainerMetrics;
  readonly #orders: OrderMetrics;
  readonly #entries: readonly Entry[];
  readonly #entryEdge: Edge;
  readonly #consumer: CompiledOperation;
  readonly #consumerEdge: Edge;
  readonly #poll: Call<'sql'>;
  readonly #poller: Deployment;
  readonly #runner: RequestRunner;
  readonly #sampler: TraceSampler;
  readonly #load = new LoadView(4);
  #scheduled: Scheduled[] = [];
  #spans: Span[] = [];
  #lines: LogLine[] = [];
  #nextDeployMs: EpochMs;
  #rate = 0;
  #evenLuck = 0;

  constructor(options: ShopOptions) {
    const random = new Random(options.seed);
    this.#random = random.fork('requests');
    this.#telemetryRandom = random.fork('telemetry');
    this.#sink = options.sink;
    this.components = createComponents(random, options.startMs);
    this.#registry = new MetricRegistry(options.sink);
    this.#containers = new ContainerMetrics(this.components, random.fork('containers'));
    const sites = new SpanSites();
    const operations = compileOperations(this.components, sites);
    this.#entries = entriesOf(operations);
    this.#orders = new OrderMetrics(need(operations, 'gateway /api/checkout'), random.fork('orders'));
    this.#entryEdge = need(this.components.edges, `${CLIENT} gateway`);
    this.#consumer = need(operations, `${QUEUE.consumer} ${QUEUE.name} process`);
    this.#consumerEdge = need(this.components.edges, `${QUEUE.name} ${QUEUE.consumer}`);
    this.#poller = need(this.components.deployments, 'order');
    this.#poll = compilePoll(
      'order',
      { kind: 'sql', database: 'orders-db', queries: [POLL_QUERY] },
      this.components,
      sites
    );
    this.#requests = new RequestMetrics(this.#registry, this.components, sites, operations);
    this.#runner = new RequestRunner(this.components, this.#random);
    this.#sampler = new TraceSampler(random.fork('sampler'));
    this.#nextDeployMs = options.startMs + this.#telemetryRandom.exponential(DEPLOY_INTERVAL_SECONDS) * 1000;
  }

  /** End of the last step: everything before it has been reported. */
  get simulatedMs(): EpochMs {
    return this.components.time.atMs;
  }

  /** Requests per second that people send. */
  get requestsPerSecond(): number {
    return this.#rate;
  }

  /** What every node was asked over the last minute. */
  recentLoad(): readonly RecentLoad[] {
    return this.#load.read();
  }

  /** Runs a command at the first sub-step (5 s) that begins at `atMs` or later. */
  schedule(atMs: EpochMs, run: () => void): void {
    this.#scheduled.push({ atMs, run });
  }

  /** Announces a change on the change-events stream. */
  announce(change: ChangeEvent): void {
    this.#lines.push(toChangeLine(change));
  }

  /** Adds a line to the log of a service. */
  log(atMs: EpochMs, service: string, level: 'info' | 'warn' | 'error', msg: string): void {
    this.#lines.push(logLine(atMs, service, level, msg));
  }

  /** Replaces all pods of a deployment, half at a time. */
  roll(deployment: Deployment, atMs: EpochMs): void {
    const hash = deployment.newHash();
    this.schedule(atMs, () => deployment.replaceHalf(false, hash, this.components.time.atMs));
    this.schedule(atMs + ROLLING_SECONDS * 1000, () => deployment.replaceHalf(true, hash, this.components.time.atMs));
  }

  /** Simulates one scrape step of 15 s and reports it. */
  step(): void {
    this.#simulate(STEP_SECONDS, STEP_SECONDS);
  }

  /**
   * Simulates 5 s that stand for a longer stretch, and reports one scrape: every request counts as often as it takes. For old
   * history; rates and distributions stay, arrivals are evened out so that few requests do not make them noisier.
   * @param seconds length of the stretch, a multiple of 15
   */
  stepThinned(seconds: number): void {
    this.#simulate(seconds, SUB_STEP_SECONDS);
  }

  #simulate(seconds: number, simulatedSeconds: number): void {
    const { time } = this.components;
    time.weight = seconds / simulatedSeconds;
    const thinned = time.weight > 1;
    this.#sampler.begin(thinned ? 0.2 : 1);
    for (let done = 0; done < simulatedSeconds; done += SUB_STEP_SECONDS) {
      this.#runDue();
      this.onSubStep?.();
      this.#tick(SUB_STEP_SECONDS * time.weight);
      this.#rate = this.components.demand.next(time.atMs, SUB_STEP_SECONDS * time.weight);
      this.#runRequests(time.weight, thinned);
      time.atMs += SUB_STEP_SECONDS * time.weight * 1000;
    }
    this.#report(seconds, simulatedSeconds);
  }

  #tick(seconds: number): void {
    const { time, deployments, databases, cache } = this.components;
    if (time.atMs >= this.#nextDeployMs) {
      this.#nextDeployMs = time.atMs + this.#telemetryRandom.exponential(DEPLOY_INTERVAL_SECONDS) * 1000;
      this.#deployRoutinely(this.#telemetryRandom.pick([...deployments.values()]));
    }
    for (const deployment of deployments.values()) {
      const killed = deployment.tick(time.seconds, time.atMs, seconds);
      for (let i = 0; i < killed; i++) {
        this.log(time.atMs, deployment.spec.name, 'error', 'java.lang.OutOfMemoryError: Java heap space');
      }
      if (killed > 0) {
        const down = deployment.pods.filter((pod) => !pod.isRunning()).slice(0, killed);
        this.#lines.push(...down.map(({ name }) => backOffLine(time.atMs, deployment.spec.name, name)));
      }
    }
    for (const database of databases.values()) {
      database.connections = [...POOLS].reduce(
        (sum, [name, target]) =>
          target === database.spec.name ? sum + need(deployments, name).ready.length * POOL_SIZE_PER_POD : sum,
        0
      );
    }
    cache.tick(seconds, this.#random);
  }

  #deployRoutinely(deployment: Deployment): void {
    const { state, spec } = deployment;
    if (this.frozen.has(spec.name)) {
      return;
    }
    this.deploy(deployment, nextPatch(state.version), this.components.time.atMs);
  }

  /** Rolls out a version and announces it. */
  deploy(deployment: Deployment, version: string, atMs: EpochMs): void {
    const { state, spec } = deployment;
    state.previousVersion = state.version;
    state.version = version;
    deployment.revision++;
    this.announce({
      atMs,
      kind: 'deploy',
      service: spec.name,
      summary: `${spec.name} ${version} rolled out`,
      version,
      previousVersion: state.previousVersion,
    });
    this.roll(deployment, atMs);
  }

  /** Takes back every fault, limit and changed size; telemetry goes on. */
  reset(): void {
    const { time, deployments, databases, edges, cache, provider, demand } = this.components;
    this.#scheduled = [];
    deployments.forEach((deployment) => deployment.reset(time.atMs));
    databases.forEach((database) => database.reset());
    edges.forEach((edge) => edge.reset());
    cache.reset();
    provider.setQuota(PROVIDER.quotaPerSecond, time.seconds);
    demand.factor = 1;
  }

  #runRequests(weight: number, evened: boolean): void {
    const { time } = this.components;
    const beginSeconds = time.seconds;
    const beginMs = time.atMs;
    const endSeconds = beginSeconds + SUB_STEP_SECONDS;
    const gap = () => (evened ? 1 / this.#rate : this.#random.exponential(1 / this.#rate));
    let nextRequest = beginSeconds + (evened ? gap() * this.#random.uniform() : gap());
    let nextPoll = beginSeconds + this.#pollGap();
    for (;;) {
      const next = Math.min(nextRequest, nextPoll);
      if (next >= endSeconds) {
        break;
      }
      time.seconds = next;
      const atMs = beginMs + (next - beginSeconds) * weight * 1000;
      if (next === nextRequest) {
        this.#runEntry(atMs, evened);
        nextRequest = next + gap();
      } else {
        this.#keep(this.#runner.poll(this.#poll, this.#poller), atMs, undefined);
        nextPoll = next + this.#pollGap();
      }
      this.#consume(atMs);
    }
    time.seconds = endSeconds;
  }

  /** Every pod of `order` polls the outbox once per second. */
  #pollGap(): number {
    const pods = this.#poller.ready.length;
    return pods === 0 ? Infinity : this.#random.exponential(1 / pods);
  }

  #runEntry(atMs: EpochMs, evened: boolean): void {
    this.#evenLuck = (this.#evenLuck + GOLDEN_RATIO) % 1;
    const luck = evened ? this.#evenLuck : this.#random.uniform();
    const entry = this.#entries.find(({ upTo }) => luck < upTo) ?? this.#entries[0];
    if (entry) {
      this.#keep(this.#runner.run(entry.operation, this.#entryEdge), atMs, undefined);
    }
  }

  #consume(atMs: EpochMs): void {
    const { queue, time } = this.components;
    while (queue.waiting > 0 && this.#consumer.deployment.workers.waitSeconds(time.seconds) === 0) {
      const message = queue.take();
      if (message) {
        const seconds = this.#runner.consume(this.#consumer, this.#consumerEdge, message);
        this.#keep(seconds, atMs, message.context);
      }
    }
  }

  #keep(seconds: number, atMs: EpochMs, context: MessageContext | undefined): void {
    const { trace, failure } = this.#runner;
    if (context === undefined && !this.#sampler.keep(seconds, failure !== undefined)) {
      return;
    }
    const version = (service: string) => this.components.deployments.get(service)?.state.version;
    const spans = toSpans(trace, atMs, context, this.#telemetryRandom, version);
    this.#spans.push(...spans);
    this.#lines.push(...toLogLines(trace, spans));
  }

  #runDue(): void {
    const atMs = this.components.time.atMs;
    const due = this.#scheduled.filter((command) => command.atMs <= atMs);
    if (due.length > 0) {
      this.#scheduled = this.#scheduled.filter((command) => command.atMs > atMs);
      due.sort((a, b) => a.atMs - b.atMs).forEach((command) => command.run());
      for (const deployment of this.components.deployments.values()) {
        deployment.refresh(this.components.time.seconds, atMs);
      }
    }
  }

  #report(seconds: number, simulatedSeconds: number): void {
    const { components } = this;
    const atMs = components.time.atMs;
    this.#requests.report();
    this.#containers.report(this.#registry, atMs, seconds, simulatedSeconds);
    this.#orders.report(this.#registry);
    reportStores(this.#registry, components, this.#telemetryRandom, atMs, simulatedSeconds);
    this.#registry.scrape(atMs);
    if (components.time.weight === 1) {
      this.#load.record(components.edges.values(), atMs / 1000);
    }
    this.#flushSpans(atMs);
    this.#flushLines(atMs);
  }

  #flushSpans(atMs: EpochMs): void {
    const finished = this.#spans.filter((span) => span.startMs + span.durationSeconds * 1000 <= atMs);
    this.#spans = this.#spans.filter((span) => span.startMs + span.durationSeconds * 1000 > atMs);
    if (finished.length > 0) {
      this.#sink.spans(finished);
    }
  }

  /** Hands on what has happened by `atMs`; the end of a long request is logged when it is reached. */
  #flushLines(atMs: EpochMs): void {
    this.#lines.sort((a, b) => a.atMs - b.atMs);
    const later = this.#lines.findIndex((line) => line.atMs > atMs);
    const due = later < 0 ? this.#lines : this.#lines.slice(0, later);
    this.#lines = later < 0 ? [] : this.#lines.slice(later);
    if (due.length > 0) {
      this.#sink.logs(due);
    }
  }
}

function entriesOf(operations: ReadonlyMap<string, CompiledOperation>): readonly Entry[] {
  let upTo = 0;
  return ENTRIES.map(({ route, share }) => {
    upTo += share;
    return { operation: need(operations, `gateway ${route}`), upTo };
  });
}
