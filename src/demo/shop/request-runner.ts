import type { CompiledCall, CompiledOperation } from './compiled-operation.ts';
import type { Deployment } from './deployment.ts';
import type { Edge } from './edge.ts';
import { FAILURES, type FailureKind } from './failure.ts';
import { HTTP_BOUNDS, LatencyHistogram } from './latency-histogram.ts';
import type { Message } from './message-queue.ts';
import type { Pod } from './pod.ts';
import type { Random } from './random.ts';
import type { ShopComponents } from './shop-components.ts';
import { POOL_TIMEOUT_SECONDS } from './topology.ts';
import { TraceBuffer } from './trace-buffer.ts';

const SELF_FAILURE_RATIO = 0.0002;
/** A request that would wait longer than this for CPU or for a worker is turned away. */
const MAX_WAIT_SECONDS = 2;
const SHED_SECONDS = 0.002;
const REFUSED_SECONDS = 0.001;
const LOCAL_REFUSAL_SECONDS = 0.0003;
const BACKOFF_SECONDS = 0.02;
const PUBLISH_SECONDS = 0.001;
/** Waits for a connection below this make no span. */
const POOL_SPAN_SECONDS = 0.005;

/** A call of one kind. */
export type Call<Kind extends CompiledCall['kind']> = CompiledCall & { readonly kind: Kind };

/**
 * Runs single requests through the shop: every hop takes its CPU time and waits in the queues it meets, callers inherit the
 * latency and the failures of what they call, time out and try again. A callee does not know that its caller gave up: it
 * finishes its work. Every method returns seconds and leaves the outcome in `failure`.
 */
export class RequestRunner {
  readonly trace = new TraceBuffer();
  failure: FailureKind | undefined;
  readonly #shop: ShopComponents;
  readonly #random: Random;
  #pod: Pod | undefined;

  constructor(shop: ShopComponents, random: Random) {
    this.#shop = shop;
    this.#random = random;
  }

  /** Runs one request of the given operation over `edge`, from its arrival at the shop. The trace buffer then holds its spans. */
  run(operation: CompiledOperation, edge: Edge): number {
    this.trace.reset();
    const seconds = this.#serve(operation, 0, -1);
    const failed = this.failure !== undefined && this.failure !== 'rateLimited';
    edge.server.observe(seconds, this.#shop.time.weight);
    edge.client.observe(seconds, this.#shop.time.weight);
    edge.failedCalls += failed ? this.#shop.time.weight : 0;
    return seconds;
  }

  /** Handles one message of the queue. */
  consume(operation: CompiledOperation, edge: Edge, message: Message): number {
    const { time } = this.#shop;
    this.trace.reset();
    const seconds = this.#serve(operation, 0, -1);
    edge.server.observe(seconds, time.weight);
    edge.client.observe(seconds + time.seconds - message.publishedSeconds, time.weight);
    edge.failedCalls += this.failure === undefined ? 0 : time.weight;
    return seconds;
  }

  /** Runs one query outside of any request, as a poller does. */
  poll(call: Call<'sql'>, deployment: Deployment): number {
    this.trace.reset();
    this.#pod = deployment.ready[this.#random.below(deployment.ready.length)];
    return this.#sql(call, deployment, 0, -1);
  }

  #serve(operation: CompiledOperation, start: number, parent: number): number {
    const { deployment } = operation;
    const { time } = this.#shop;
    const pod = deployment.ready[this.#random.below(deployment.ready.length)];
    const span = this.trace.open(operation.site, parent, start, pod);
    const seconds = this.#work(operation, deployment, start, span, pod);
    const failure = this.failure;
    const status = failure === undefined ? 200 : FAILURES[failure].status;
    deployment.workers.add(seconds);
    operation.site.stats.observe(seconds, status >= 500, time.weight);
    httpHistogram(operation.http, operation.spec.method === 'CONSUME' ? 0 : status)?.observe(seconds, time.weight);
    this.trace.close(span, seconds, failure, status);
    return seconds;
  }

  #work(op: CompiledOperation, deployment: Deployment, start: number, span: number, pod: Pod | undefined): number {
    const now = this.#shop.time.seconds;
    if (deployment.limiter && !deployment.limiter.take(now)) {
      this.failure = 'rateLimited';
      return LOCAL_REFUSAL_SECONDS;
    }
    const wait = deployment.cpu.waitSeconds(now) + deployment.workers.waitSeconds(now);
    if (wait > MAX_WAIT_SECONDS * (0.6 + 0.4 * this.#random.uniform())) {
      this.failure = 'overloaded';
      return SHED_SECONDS;
    }
    const cpuSeconds = op.spec.cpuSeconds * this.#random.lognormal(op.spec.sigma) * deployment.cpuFactor;
    deployment.cpu.add(cpuSeconds);
    let seconds = wait + cpuSeconds / deployment.speed;
    const defect = pod?.defect;
    if (defect) {
      seconds += defect.extraSelfSeconds * this.#random.lognormal(0.35);
    }
    if (this.#random.uniform() < SELF_FAILURE_RATIO + (defect?.failureRatio ?? 0)) {
      this.failure = 'internal';
      return seconds;
    }
    for (const call of op.calls) {
      this.#pod = pod;
      seconds += this.#call(call, deployment, start + seconds, span);
      if (this.failure !== undefined) {
        this.failure = inherited(this.failure);
        return seconds;
      }
    }
    this.failure = undefined;
    return seconds;
  }

  #call(call: CompiledCall, deployment: Deployment, start: number, parent: number): number {
    switch (call.kind) {
      case 'http':
        return this.#http(call, start, parent);
      case 'sql':
        return this.#sql(call, deployment, start, parent);
      case 'redis':
        return this.#redis(call, deployment, start, parent);
      case 'charge':
        return this.#charge(call, start, parent);
      case 'publish':
        return this.#publish(call, start, parent);
    }
  }

  #http(call: Call<'http'>, start: number, parent: number): number {
    let seconds = 0;
    for (let attempt = 1; ; attempt++) {
      seconds += this.#httpAttempt(call, start + seconds, parent);
      if (this.failure === undefined || attempt >= call.attempts || this.failure === 'rateLimited') {
        return seconds;
      }
      seconds += BACKOFF_SECONDS;
    }
  }

  #httpAttempt(call: Call<'http'>, start: number, parent: number): number {
    const { edge } = call;
    const span = this.trace.open(call.site, parent, start);
    const refusal = edge.refusal(this.#shop.time.seconds);
    if (refusal) {
      edge.refusedCalls += this.#shop.time.weight;
      return this.#finish(call, span, LOCAL_REFUSAL_SECONDS, refusal);
    }
    const network = edge.networkSeconds(this.#random);
    const { deployment } = call.operation;
    if (deployment.ready.length === 0 || this.#random.uniform() < deployment.refusedRatio) {
      return this.#finish(call, span, network + REFUSED_SECONDS, 'refused');
    }
    const server = this.#serve(call.operation, start + network / 2, span);
    edge.server.observe(server, this.#shop.time.weight);
    const seconds = server + network;
    return seconds > call.timeoutSeconds
      ? this.#finish(call, span, call.timeoutSeconds, 'timeout')
      : this.#finish(call, span, seconds, this.failure && seenByCaller(this.failure));
  }

  #sql(call: Call<'sql'>, deployment: Deployment, start: number, parent: number): number {
    const now = this.#shop.time.seconds;
    const pool = this.#pod?.pool;
    let seconds = pool?.waitSeconds(now) ?? 0;
    const timedOut = seconds > POOL_TIMEOUT_SECONDS;
    seconds = timedOut ? POOL_TIMEOUT_SECONDS : seconds;
    if (seconds > POOL_SPAN_SECONDS) {
      const span = this.trace.open(call.poolSite, parent, start, this.#pod);
      this.trace.close(span, seconds, timedOut ? 'poolTimeout' : undefined);
      call.poolSite.stats.observe(seconds, timedOut, this.#shop.time.weight);
    }
    deployment.poolPendingSeconds += seconds;
    this.failure = undefined;
    if (timedOut) {
      deployment.poolTimeouts += this.#shop.time.weight;
      this.failure = 'poolTimeout';
      return seconds;
    }
    let held = 0;
    for (const { site, query } of call.queries) {
      const span = this.trace.open(site, parent, start + seconds + held);
      held += this.#query(call, span, query);
      if (this.failure !== undefined) {
        break;
      }
    }
    pool?.hold(now, held);
    deployment.poolHeldSeconds += held;
    return seconds + held;
  }

  #query(call: Call<'sql'>, span: number, query: Call<'sql'>['queries'][number]['query']): number {
    const { edge, database } = call;
    const { time } = this.#shop;
    const refusal = edge.refusal(time.seconds);
    if (refusal) {
      edge.refusedCalls += time.weight;
      return this.#finish(call, span, LOCAL_REFUSAL_SECONDS, refusal);
    }
    if (database.refuses(this.#random, time.atMs)) {
      return this.#finish(call, span, REFUSED_SECONDS, 'refused');
    }
    const overflow = 1 - database.spec.maxConnections / Math.max(1, database.connections);
    if (overflow > 0 && this.#random.uniform() < overflow) {
      return this.#finish(call, span, REFUSED_SECONDS, 'tooManyConnections');
    }
    const failure = database.run(query, this.#random, time.seconds, time.weight);
    return this.#finish(call, span, database.lastSeconds + edge.networkSeconds(this.#random), failure);
  }

  #redis(call: Call<'redis'>, deployment: Deployment, start: number, parent: number): number {
    const { edge } = call;
    const { time, cache } = this.#shop;
    let seconds = 0;
    for (let attempt = 1; attempt <= call.attempts; attempt++) {
      const span = this.trace.open(call.site, parent, start + seconds);
      const refusal = edge.refusal(time.seconds);
      const failure = refusal ?? cache.run(this.#random, time.atMs, time.weight);
      const took = refusal ? LOCAL_REFUSAL_SECONDS : cache.outcome.seconds + edge.networkSeconds(this.#random);
      edge.refusedCalls += refusal ? time.weight : 0;
      seconds += this.#finish(call, span, took, failure);
      if (failure === undefined) {
        break;
      }
    }
    if (this.failure === undefined ? cache.outcome.hit : !call.optional) {
      return seconds;
    }
    this.failure = undefined;
    for (const next of call.onMiss) {
      seconds += this.#call(next, deployment, start + seconds, parent);
      if (this.failure !== undefined) {
        return seconds;
      }
    }
    return seconds;
  }

  #charge(call: Call<'charge'>, start: number, parent: number): number {
    const { edge } = call;
    const { time, provider, providerHttp } = this.#shop;
    provider.demand.add(time.seconds, 1);
    let seconds = 0;
    for (let attempt = 1; ; attempt++) {
      const refusal = edge.refusal(time.seconds);
      if (refusal) {
        edge.refusedCalls += time.weight;
        this.failure = undefined;
        return seconds + LOCAL_REFUSAL_SECONDS;
      }
      const span = this.trace.open(call.site, parent, start + seconds);
      const failure = provider.charge(this.#random, time.seconds);
      const took = Math.min(call.timeoutSeconds, provider.lastSeconds + edge.networkSeconds(this.#random));
      seconds += this.#finish(call, span, took, failure);
      const status = failure === undefined ? 200 : FAILURES[failure].status;
      this.trace.at(span).status = status;
      httpHistogram(providerHttp, status)?.observe(took, time.weight);
      if (failure === undefined || attempt >= call.attempts) {
        return seconds;
      }
      seconds += BACKOFF_SECONDS;
    }
  }

  #publish(call: Call<'publish'>, start: number, parent: number): number {
    const span = this.trace.open(call.site, parent, start);
    this.trace.at(span).message = this.#shop.queue.publish(this.#shop.time.seconds);
    return this.#finish(call, span, PUBLISH_SECONDS * this.#random.lognormal(0.35), undefined);
  }

  /** Ends a client span and counts it. */
  #finish(call: CompiledCall, span: number, seconds: number, failure: FailureKind | undefined): number {
    const { weight, seconds: now } = this.#shop.time;
    const failed = failure !== undefined;
    this.trace.close(span, seconds, failure, call.kind === 'http' ? clientStatus(failure) : 0);
    this.trace.at(span).site.stats.observe(seconds, failed, weight);
    call.edge.client.observe(seconds, weight);
    call.edge.failedCalls += failed ? weight : 0;
    if (call.kind !== 'http') {
      call.edge.server.observe(seconds, weight);
    }
    if (failure !== 'breakerOpen') {
      call.edge.breaker?.report(now, failed);
    }
    this.failure = failure;
    return seconds;
  }
}

/** What a failed call makes of the operation. A pool belongs to the operation itself; all else is the callee's. */
function inherited(failure: FailureKind): FailureKind {
  return failure === 'poolTimeout' ? failure : 'callee';
}

/** What the caller learns from the answer of a callee that failed. */
function seenByCaller(failure: FailureKind): FailureKind {
  return failure === 'rateLimited' || failure === 'overloaded' ? failure : 'callee';
}

/** Status that the caller saw; 0 where no answer came. */
function clientStatus(failure: FailureKind | undefined): number {
  if (failure === undefined) {
    return 200;
  }
  return failure === 'timeout' || failure === 'refused' || failure === 'breakerOpen' ? 0 : FAILURES[failure].status;
}

function httpHistogram(byStatus: Map<number, LatencyHistogram>, status: number): LatencyHistogram | undefined {
  if (status === 0) {
    return undefined;
  }
  const found = byStatus.get(status);
  if (found) {
    return found;
  }
  const histogram = new LatencyHistogram(HTTP_BOUNDS);
  byStatus.set(status, histogram);
  return histogram;
}
