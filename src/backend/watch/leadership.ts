import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { EpochMs } from '#model';
import type { ExecutorClient } from '../executor/executor-client.ts';

/** Real seconds: the life of processes does not follow a simulated clock. */
const TTL_SECONDS = 60;
const RENEW_MS = 20_000;
const LEASE_NAME = /^[a-z0-9][a-z0-9._-]{0,60}$/i;

/** Who leads, as far as this backend knows. */
export interface LeadershipState {
  /** Null while it is not known. */
  readonly leader: boolean | null;
  readonly leaderName: string;
  /** Rises with every change of the holder; null before the first answer. */
  readonly token: number | null;
}

/**
 * The lease that makes one of several backends the one that opens incidents. A backend that cannot prove that it holds
 * the lease does not lead. Renewed in real time, whatever clock the watch follows.
 */
export class Leadership {
  private readonly executor: Pick<ExecutorClient, 'putLease'>;
  private readonly name: string;
  private readonly holder: string;
  private readonly now: () => EpochMs;
  private readonly onError: (error: unknown) => void;
  private readonly timer: NodeJS.Timeout;
  private state: LeadershipState = { leader: null, leaderName: '', token: null };
  private heldUntilMs = -Infinity;
  private renewedMs = -Infinity;
  private renewing: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    executor: Pick<ExecutorClient, 'putLease'>,
    uid: string,
    onError: (error: unknown) => void,
    options: { readonly holder?: string; readonly now?: () => EpochMs } = {}
  ) {
    this.executor = executor;
    this.name = leaseName(uid);
    this.holder = options.holder ?? `${hostname().slice(0, 60)}-${process.pid}-${randomBytes(4).toString('hex')}`;
    this.now = options.now ?? Date.now;
    this.onError = onError;
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
    this.timer.unref();
  }

  /** What is known now; asks first where the newest answer is old. */
  async read(): Promise<LeadershipState> {
    if (this.now() - this.renewedMs >= RENEW_MS) {
      await this.renew();
    }
    return this.current;
  }

  /** What is known now, without asking. */
  get current(): LeadershipState {
    const expired = this.now() >= this.heldUntilMs;
    return expired ? { ...this.state, leader: null, leaderName: '' } : this.state;
  }

  /** Ends the renewals and gives a lease back that it holds; where that fails it expires by itself. */
  stop(): void {
    clearInterval(this.timer);
    this.isStopped = true;
    void Promise.resolve(this.renewing).then(() => this.giveBack());
  }

  private async giveBack(): Promise<void> {
    if (this.current.leader !== true) {
      return;
    }
    this.heldUntilMs = -Infinity;
    try {
      await this.executor.putLease(this.name, { holder: this.holder, ttlSeconds: 0 });
    } catch (error) {
      this.onError(error);
    }
  }

  private renew(): Promise<void> {
    if (this.isStopped) {
      return Promise.resolve();
    }
    this.renewing ??= this.ask().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async ask(): Promise<void> {
    const askedMs = this.now();
    try {
      const lease = await this.executor.putLease(this.name, { holder: this.holder, ttlSeconds: TTL_SECONDS });
      this.state = { leader: lease.held && lease.holder === this.holder, leaderName: lease.holder, token: lease.token };
      this.renewedMs = askedMs;
      // Counted from before the call: the executor's own count cannot end earlier.
      this.heldUntilMs = askedMs + TTL_SECONDS * 1000;
    } catch (error) {
      this.onError(error);
    }
  }
}

/** The name of the lease of a datasource: its uid where that is a name, a hash of it where not. */
export function leaseName(uid: string): string {
  return `watch-${LEASE_NAME.test(uid) ? uid : createHash('sha256').update(uid).digest('hex').slice(0, 40)}`;
}
