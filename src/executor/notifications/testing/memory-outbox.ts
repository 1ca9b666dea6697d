import type { NewNotification, NotificationStore } from '../../store/notification-store.ts';

/** A notification as the outbox keeps it. */
export interface KeptNotification extends NewNotification {
  attempts: number;
  nextMs: number;
  sentMs: number | null;
  error: string | null;
  dropped: boolean;
}

/** The part of the store that delivery uses, in memory. */
export interface MemoryOutbox extends Pick<NotificationStore, 'due' | 'markSent' | 'markFailed'> {
  readonly kept: readonly KeptNotification[];
  add(...notifications: readonly NewNotification[]): void;
  /** Recording fails while it is set. */
  isFull: boolean;
}

export function memoryOutbox(): MemoryOutbox {
  const kept: KeptNotification[] = [];
  const change = (id: string, changes: Partial<KeptNotification>) => {
    if (outbox.isFull) {
      throw new Error('the disk is full');
    }
    const found = kept.find((one) => one.id === id);
    Object.assign(found ?? {}, changes, { attempts: (found?.attempts ?? 0) + 1 });
  };
  const outbox: MemoryOutbox = {
    kept,
    isFull: false,
    add: (...notifications) =>
      void kept.push(
        ...notifications.map((one) => {
          const state = { attempts: 0, nextMs: one.createdMs, sentMs: null, error: null, dropped: false };
          return { ...one, ...state };
        })
      ),
    due: async (atMs, limit) =>
      kept
        .filter(({ sentMs, dropped, nextMs }) => sentMs === null && !dropped && nextMs <= atMs)
        .sort((a, b) => a.nextMs - b.nextMs)
        .slice(0, limit)
        .map((one) => ({ ...one })),
    markSent: async (id, sentMs) => change(id, { sentMs, error: null }),
    markFailed: async (id, failure) => change(id, failure),
  };
  return outbox;
}
