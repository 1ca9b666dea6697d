import type { WebhookChange } from '#contracts';
import type { AnnouncedChange } from '#engine';
import type { EpochMs, TimeWindow } from '#model';
import { BackendError } from '../errors.ts';

const MAX_CHANGES = 1000;
const KEEP_MS = 24 * 3_600_000;
/** Changes a minute, and how many may come at once after a quiet time. */
const PER_MINUTE = 60;
const BURST = 120;
/** A sender's clock may be ahead by this much. */
const AHEAD_MS = 60_000;

/** What became of a call of the webhook. */
export interface InboxReceipt {
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * Changes that the webhook took in for one datasource. In memory, at most a thousand and none older than a day: when the
 * backend stops they are lost, unless the sender also writes them to Loki or as annotations.
 */
export class ChangeInbox {
  private changes: AnnouncedChange[] = [];
  private tokens = BURST;
  private filledMs: number;
  private readonly realMs: () => number;

  /** @param realMs  real milliseconds, for the rate limit; whatever clock the datasource follows */
  constructor(realMs: () => number = () => performance.now()) {
    this.realMs = realMs;
    this.filledMs = realMs();
  }

  /**
   * Takes changes in; those that are known already are counted.
   * @throws BackendError when there are too many, or when one is older than a day or lies in the future
   */
  add(sent: readonly WebhookChange[], nowMs: EpochMs): InboxReceipt {
    this.spend(sent.length);
    const announced = sent.map((change, index) => toAnnounced(change, index, nowMs));
    const known = new Set(this.changes.map(keyOf));
    const fresh = announced.filter((change) => {
      const key = keyOf(change);
      return !known.has(key) && known.add(key);
    });
    this.changes = [...this.changes, ...fresh]
      .filter(({ atMs }) => atMs > nowMs - KEEP_MS)
      .sort((left, right) => left.atMs - right.atMs)
      .slice(-MAX_CHANGES);
    return { accepted: fresh.length, duplicates: announced.length - fresh.length };
  }

  /** Changes of a half-open window, oldest first. */
  during({ fromMs, toMs }: TimeWindow): readonly AnnouncedChange[] {
    return this.changes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  /** Takes tokens from a bucket that fills by one a second. */
  private spend(count: number): void {
    const nowMs = this.realMs();
    this.tokens = Math.min(BURST, this.tokens + ((nowMs - this.filledMs) / 60_000) * PER_MINUTE);
    this.filledMs = nowMs;
    if (this.tokens < count) {
      throw new BackendError('CAUSEWAY_TOO_MANY_CHANGES', `More than ${PER_MINUTE} changes a minute were sent.`);
    }
    this.tokens -= count;
  }
}

function toAnnounced({ atMs, ...change }: WebhookChange, index: number, nowMs: EpochMs): AnnouncedChange {
  if (atMs !== undefined && (atMs > nowMs + AHEAD_MS || atMs < nowMs - KEEP_MS)) {
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The field changes.${index}.atMs is not usable: it must lie within the last day, in milliseconds since 1970.`
    );
  }
  const known = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return {
    ...(known as Omit<WebhookChange, 'atMs'>),
    atMs: Math.min(atMs ?? nowMs, nowMs),
    source: 'webhook',
  } as AnnouncedChange;
}

/** The same change sent again, as senders do that try again. Without a time of its own it is another change. */
function keyOf({ atMs, service, kind, summary, version = '' }: AnnouncedChange): string {
  return JSON.stringify([atMs, service, kind, summary, version]);
}

/** The inboxes of a process, by datasource; they outlive changes of the settings. */
export class ChangeInboxes {
  private readonly inboxes = new Map<string, ChangeInbox>();

  of(uid: string): ChangeInbox {
    const known = this.inboxes.get(uid) ?? new ChangeInbox();
    this.inboxes.delete(uid);
    this.inboxes.set(uid, known);
    for (const oldest of [...this.inboxes.keys()].slice(0, Math.max(0, this.inboxes.size - MAX_INBOXES))) {
      this.inboxes.delete(oldest);
    }
    return known;
  }
}

const MAX_INBOXES = 16;
