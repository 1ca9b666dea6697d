import type { KubernetesCall, KubernetesTransport } from '../../../src/executor/actions/kubernetes/kubernetes-call.ts';
import type { Platform } from '../../../src/executor/actions/platform.ts';
import type { MetricsReader } from '../../../src/executor/metrics-reader.ts';
import type { Ledger, LedgerSession } from '../../../src/executor/store/ledger.ts';

/**
 * The boundaries that one executor passes: every commit (inside the open transaction and right after it), every question to the
 * platform or to the metrics (right before it, which is right after the one before), every change of the platform (before it is
 * sent, and when it has happened and the answer has not been seen).
 */
export class Points {
  readonly seen: string[] = [];
  private readonly counts = new Map<string, number>();
  private readonly stops: (name: string, number: number) => boolean;
  private readonly onStop: (name: string) => void;
  private armed = false;

  /** @param stops whether to stand still at a boundary, for ever */
  constructor(stops: (name: string, number: number) => boolean, onStop: (name: string) => void) {
    this.stops = stops;
    this.onStop = onStop;
  }

  /** From now on boundaries count. */
  arm(): void {
    this.armed = true;
  }

  async reach(what: string): Promise<void> {
    if (!this.armed) {
      return;
    }
    const count = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, count);
    const name = `${what} #${count}`;
    this.seen.push(name);
    if (this.stops(name, this.seen.length)) {
      this.onStop(name);
      await new Promise(() => undefined);
    }
  }
}

/** The ledger, with its commits as boundaries. They are named by the audit entries in them. */
export function watchLedger(ledger: Ledger, points: Points): Ledger {
  return {
    ...ledger,
    async transaction(work) {
      const events: string[] = [];
      const name = () => `ledger: ${events.join(', ') || 'progress'}`;
      const result = await ledger.transaction(async (session) => {
        const value = await work(watchSession(session, events));
        await points.reach(`${name()}, not committed`);
        return value;
      });
      await points.reach(`${name()}, committed`);
      return result;
    },
  };
}

function watchSession(session: LedgerSession, events: string[]): LedgerSession {
  const append: LedgerSession['audit']['append'] = (entry) => {
    events.push(entry.event);
    return session.audit.append(entry);
  };
  return { ...session, audit: { ...session.audit, append } };
}

/** The platform of the shop, with its calls as boundaries. */
export function watchPlatform(platform: Platform, points: Points): Platform {
  const around = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    await points.reach(`${name}, before`);
    const answer = await call();
    await points.reach(`${name}, after`);
    return answer;
  };
  const before = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    await points.reach(name);
    return call();
  };
  return {
    readTarget: (target, signal) => before('read', () => platform.readTarget(target, signal)),
    dryRun: (request, signal) => before('dry run', () => platform.dryRun(request, signal)),
    findOperation: (id, signal) => before('look-up', () => platform.findOperation(id, signal)),
    apply: (request, signal) => around('effect', () => platform.apply(request, signal)),
    restore: (request, signal) => around('way back', () => platform.restore(request, signal)),
  };
}

/** The connection to a cluster, with its calls as boundaries. */
export function watchTransport(transport: KubernetesTransport, points: Points): KubernetesTransport {
  return {
    close: () => transport.close(),
    async send(call, signal) {
      const name = nameOf(call);
      if (!changes(call)) {
        await points.reach(name);
        return transport.send(call, signal);
      }
      await points.reach(`${name}, before`);
      const answer = await transport.send(call, signal);
      await points.reach(`${name}, after`);
      return answer;
    },
  };
}

/** The metrics, with every question as a boundary. */
export function watchMetrics(metrics: MetricsReader, points: Points): MetricsReader {
  return {
    async instant(query, signal) {
      await points.reach('query');
      return metrics.instant(query, signal);
    },
  };
}

function nameOf(call: KubernetesCall): string {
  const { method, path } = call;
  const [kind, , subresource] = path.replace(/^.*\/namespaces\/[^/]+\//, '').split('/');
  if (path.includes('accessreview')) {
    return 'access review';
  }
  return [isRehearsal(call) ? 'rehearse' : '', method, kind, subresource ?? ''].filter(Boolean).join(' ');
}

function changes(call: KubernetesCall): boolean {
  return call.method !== 'GET' && !call.path.includes('accessreview') && !isRehearsal(call);
}

function isRehearsal({ query, body }: Pick<KubernetesCall, 'query' | 'body'>): boolean {
  return query?.['dryRun'] !== undefined || JSON.stringify(body ?? null).includes('"dryRun":["All"]');
}
