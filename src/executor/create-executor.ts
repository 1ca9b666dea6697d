import type { FastifyInstance } from 'fastify';
import { monotonicFactory } from 'ulid';
import type { Action } from './actions/action.ts';
import { demoActions } from './actions/demo/demo-actions.ts';
import type { Platform } from './actions/platform.ts';
import { recordedActions } from './actions/recorded-actions.ts';
import { actionRegistry } from './actions/registry.ts';
import { expirePlans } from './approvals/expire-plans.ts';
import type { AnchorFile } from './audit/anchor.ts';
import { auditGuard } from './audit/guard.ts';
import type { Clock } from './clock.ts';
import { pauseRealTime, steadyClock } from './clock.ts';
import type { ExecutorContext } from './context.ts';
import { write } from './context.ts';
import type { DurableEngine } from './executions/durable-engine.ts';
import { ledgerEngine } from './executions/ledger-engine.ts';
import { httpApp } from './http/app.ts';
import type { RateLimit } from './http/rate-limit.ts';
import type { Route } from './http/route.ts';
import { routeTable } from './http/routes.ts';
import type { IdentityTrust } from './identity/authenticate.ts';
import { recoveryWatch } from './incidents/recovery.ts';
import type { Log } from './log.ts';
import { describeError } from './log.ts';
import type { MetricsReader } from './metrics-reader.ts';
import type { ExecutorPolicy } from './policy.ts';
import { DEFAULT_POLICY, policyVersion } from './policy.ts';
import { type MessageOutbox, ownActions, type Scripts } from './actions/own/index.ts';
import { type Channels, type DeliveryDependencies, NO_CHANNELS, notificationDelivery } from './notifications/index.ts';
import { type Endpoints, NO_ENDPOINTS } from './outbound/index.ts';
import { releaseTemporary } from './executions/release-temporary.ts';
import { NO_RUNBOOKS, type RunbookCatalogue } from './runbooks/catalogue.ts';
import type { Ledger } from './store/ledger.ts';

/** What an executor is made of. The ledger belongs to it from then on and is closed by `stop`. */
export interface ExecutorDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** The simulated shop; none when missing. */
  readonly platform?: Platform | undefined;
  /** What else can be done here. */
  readonly actions?: readonly Action[];
  readonly metrics: MetricsReader;
  /** None when missing. */
  readonly runbooks?: RunbookCatalogue;
  /** What steps may call beside platforms; nothing when missing. */
  readonly endpoints?: Endpoints;
  readonly scripts?: Scripts | undefined;
  /** Where people are told; nowhere when missing. */
  readonly channels?: Channels;
  /** What carries executions to their end; the ledger of this process when missing. */
  readonly engine?: (context: ExecutorContext) => DurableEngine;
  /** Where the audit is written down outside of the ledger; nowhere when missing. */
  readonly anchors?: AnchorFile | undefined;
  readonly trust: IdentityTrust;
  readonly log: Log;
  readonly policy?: ExecutorPolicy;
  /** Per caller. Default 50 requests per second, 200 at once. */
  readonly rateLimit?: RateLimit;
}

/** A running executor. */
export interface Executor {
  readonly app: FastifyInstance;
  readonly routes: readonly Route[];
  readonly context: ExecutorContext;
  /** Goes on with interrupted executions and starts the background work. */
  start(): Promise<void>;
  /** Ends background work, waits for effects in flight, closes HTTP and ledger. */
  stop(): Promise<void>;
}

const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 50, burst: 200 };
const AUDIT_CHECK_INTERVAL_SECONDS = 3600;
const ANCHOR_INTERVAL_SECONDS = 60;
const DELIVERY_INTERVAL_SECONDS = 5;
const RELOAD_INTERVAL_SECONDS = 30;
/** Background work runs at most this often in real time, however fast the domain clock is. */
const MIN_PAUSE_MS = 50;

/** Builds an executor and verifies its audit chain. With a broken chain it serves reads only. */
export async function createExecutor(deps: ExecutorDeps): Promise<Executor> {
  const { ledger, platform, metrics, log, endpoints = NO_ENDPOINTS, channels = NO_CHANNELS } = deps;
  const policy = deps.policy ?? DEFAULT_POLICY;
  const audit = auditGuard(ledger, deps.anchors);
  const verified = await audit.verify();
  if (!verified.ok) {
    log.error('the audit chain is broken: read-only', { brokenAt: verified.brokenAt });
  }
  const clock = steadyClock(deps.clock, (await ledger.read.audit.last())?.atMs ?? 0);
  const nextId = monotonicFactory();
  const newId = () => nextId(clock.now());
  const context: ExecutorContext = {
    ledger,
    clock,
    actions: actionRegistry([
      ...recordedActions(),
      ...(platform ? demoActions(platform) : []),
      ...ownActions({
        clock,
        metrics,
        endpoints,
        scripts: deps.scripts,
        outbox: messageOutbox(() => context, channels),
      }),
      ...(deps.actions ?? []),
    ]),
    metrics,
    runbooks: deps.runbooks ?? NO_RUNBOOKS,
    policy,
    audit,
    log,
    newId,
    policyVersion: policyVersion(policy),
  };
  const engine = (deps.engine ?? ledgerEngine)(context);
  const routes = routeTable(context, engine);
  const app = httpApp(context, routes, deps.trust, deps.rateLimit ?? DEFAULT_RATE_LIMIT);
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];
  const watch = recoveryWatch(context);
  const delivery = notificationDelivery({ store: deliveryStore(context), channels, clock, log });
  await context.runbooks.reload();
  return {
    app,
    routes,
    context,
    async start() {
      await app.ready();
      await engine.resume();
      const everySeconds = (seconds: number) => () => pauseRealTime(seconds * 1000, stopping.signal);
      const bySweep = () => clock.sleepUntil(clock.now() + policy.sweepIntervalSeconds * 1e3, stopping.signal);
      loops.push(
        repeat('sweep', context, stopping.signal, bySweep, async () => {
          await sweep(context);
          await engine.resume();
        }),
        repeat('releases', context, stopping.signal, bySweep, () => releaseTemporary(context, stopping.signal)),
        repeat('recovery', context, stopping.signal, bySweep, () => watch(stopping.signal)),
        repeat('notifications', context, stopping.signal, everySeconds(DELIVERY_INTERVAL_SECONDS), async () => {
          await delivery.deliverDue(stopping.signal);
        }),
        repeat('audit anchor', context, stopping.signal, everySeconds(ANCHOR_INTERVAL_SECONDS), () =>
          audit.anchor(clock.now())
        ),
        repeat('runbooks', context, stopping.signal, everySeconds(RELOAD_INTERVAL_SECONDS), async () => {
          await context.runbooks.reload();
        }),
        repeat('audit check', context, stopping.signal, everySeconds(AUDIT_CHECK_INTERVAL_SECONDS), async () => {
          await audit.verify();
        })
      );
    },
    async stop() {
      stopping.abort();
      await app.close();
      await engine.stop();
      await audit.anchor(clock.now());
      await Promise.all(loops);
      await ledger.close();
    },
  };
}

async function sweep(context: ExecutorContext): Promise<void> {
  const now = context.clock.now();
  await write(context, async (session) => {
    await expirePlans(context, session);
    await session.plans.forgetChallenges(now);
    await session.settings.forgetTokens(Date.now());
    if (!context.ledger.writable()) {
      await session.settings.probe(now);
    }
  });
}

async function repeat(
  name: string,
  { audit, log }: ExecutorContext,
  signal: AbortSignal,
  wait: () => Promise<void>,
  work: () => Promise<void>
): Promise<void> {
  while (!signal.aborted) {
    try {
      await Promise.all([wait(), pauseRealTime(MIN_PAUSE_MS, signal)]);
      if (audit.ok()) {
        await work();
      }
    } catch (error) {
      if (!signal.aborted) {
        log.error(`${name} failed and will be tried again`, { error: describeError(error) });
        await pauseRealTime(1000, signal).catch(() => {});
      }
    }
  }
}

/** Messages of steps are stored like everything else: not while the audit is broken. */
function messageOutbox(context: () => ExecutorContext, { ids }: Channels): MessageOutbox {
  return {
    channels: ids,
    enqueue: (message) =>
      write(context(), async ({ notifications, executions }) => {
        const planId = await executions.planOfOperation(message.subject);
        const known =
          planId === null ? message : { ...message, subject: planId, content: { ...message.content, planId } };
        await notifications.enqueue(known);
      }),
  };
}

function deliveryStore(context: ExecutorContext): DeliveryDependencies['store'] {
  return {
    due: (atMs, limit) => context.ledger.read.notifications.due(atMs, limit),
    markSent: (id, atMs) => write(context, ({ notifications }) => notifications.markSent(id, atMs)),
    markFailed: (id, failure) => write(context, ({ notifications }) => notifications.markFailed(id, failure)),
  };
}
