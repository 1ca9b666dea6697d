import type { JsonObject, NotificationRecord, Page } from '#contracts';
import type { EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/** A message that is to be sent. It is stored with what it tells about, in one transaction. */
export interface NewNotification {
  /** The same id is stored once. */
  readonly id: string;
  readonly channel: string;
  readonly event: string;
  /** Id of the plan or execution. */
  readonly subject: string;
  readonly content: JsonObject;
  readonly createdMs: EpochMs;
}

/** A message whose turn it is. */
export interface DueNotification extends NewNotification {
  /** Attempts so far. */
  readonly attempts: number;
}

/** Messages that wait until their channel takes them: a channel that is down never holds up anything else. */
export interface NotificationStore {
  enqueue(notification: NewNotification): Promise<void>;
  /** Oldest first. */
  due(atMs: EpochMs, limit: number): Promise<readonly DueNotification[]>;
  markSent(id: string, atMs: EpochMs): Promise<void>;
  /** @param failure `dropped`: it is not tried again */
  markFailed(
    id: string,
    failure: { readonly error: string; readonly nextMs: EpochMs; readonly dropped: boolean }
  ): Promise<void>;
  counts(): Promise<{ readonly waiting: number; readonly sent: number; readonly dropped: number }>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<NotificationRecord>>;
}
