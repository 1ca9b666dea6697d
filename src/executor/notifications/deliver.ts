import type { EpochMs } from '#model';
import { describeError, type Log } from '../log.ts';
import type { DueNotification, NotificationStore } from '../store/notification-store.ts';
import type { SendResult } from './channels/channel.ts';
import type { Channels } from './channels.ts';
import { toMessage } from './message.ts';

/** What delivery works with. */
export interface DeliveryDependencies {
  readonly store: Pick<NotificationStore, 'due' | 'markSent' | 'markFailed'>;
  readonly channels: Channels;
  readonly clock: { now(): EpochMs };
  readonly log: Log;
}

/** What one round did. */
export interface DeliveryRound {
  /** Whose turn it was; at most {@link BATCH}. */
  readonly due: number;
  readonly sent: number;
  /** To be tried again. */
  readonly failed: number;
  /** Given up. */
  readonly dropped: number;
}

/** Delivers what is due. */
export interface Delivery {
  /** One round. Never throws; a round that is asked for while one runs is that one. */
  deliverDue(signal: AbortSignal): Promise<DeliveryRound>;
  /** For metrics: attempts since the start, and how many of the last round's messages still wait. */
  figures(): { readonly sent: number; readonly failed: number; readonly dropped: number; readonly waiting: number };
}

const BATCH = 100;
/** After this real time no further message is begun in a round. */
const ROUND_MS = 30_000;
const FIRST_PAUSE_SECONDS = 15;
const LONGEST_PAUSE_SECONDS = 900;
const GIVE_UP_MS = 86_400_000;

const NOTHING: DeliveryRound = { due: 0, sent: 0, failed: 0, dropped: 0 };
type Outcome = keyof Omit<DeliveryRound, 'due'>;

/**
 * Channels are served at the same time and each in order, so that one that is down holds up only its own messages. A message
 * can arrive twice when the process ends between sending and recording; it has the same id then.
 */
export function notificationDelivery(dependencies: DeliveryDependencies): Delivery {
  /** Sent, but the ledger could not record it: recorded later, and not sent again. */
  const unrecorded = new Set<string>();
  let running: Promise<DeliveryRound> | undefined;
  let figures = { sent: 0, failed: 0, dropped: 0, waiting: 0 };
  return {
    figures: () => figures,
    deliverDue: (signal) => {
      running ??= round(dependencies, unrecorded, signal)
        .then((done) => {
          figures = {
            sent: figures.sent + done.sent,
            failed: figures.failed + done.failed,
            dropped: figures.dropped + done.dropped,
            waiting: done.due - done.sent - done.dropped,
          };
          return done;
        })
        .catch((error: unknown) => {
          dependencies.log.warn('notifications were not delivered', { error: describeError(error) });
          return NOTHING;
        })
        .finally(() => (running = undefined));
      return running;
    },
  };
}

async function round(
  dependencies: DeliveryDependencies,
  unrecorded: Set<string>,
  signal: AbortSignal
): Promise<DeliveryRound> {
  const due = await dependencies.store.due(dependencies.clock.now(), BATCH);
  const byChannel = new Map<string, DueNotification[]>();
  for (const one of due) {
    byChannel.set(one.channel, [...(byChannel.get(one.channel) ?? []), one]);
  }
  const until = performance.now() + ROUND_MS;
  const outcomes = await Promise.all(
    [...byChannel.values()].map((queue) => serve(dependencies, unrecorded, queue, until, signal))
  );
  const count = (wanted: Outcome) => outcomes.flat().filter((outcome) => outcome === wanted).length;
  return { due: due.length, sent: count('sent'), failed: count('failed'), dropped: count('dropped') };
}

/** One channel. After the first failure the rest waits as well, so that a slow channel costs one deadline. */
async function serve(
  dependencies: DeliveryDependencies,
  unrecorded: Set<string>,
  queue: readonly DueNotification[],
  until: number,
  signal: AbortSignal
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let down: Extract<SendResult, { kind: 'retry' }> | undefined;
  try {
    for (const notification of queue) {
      if (signal.aborted || performance.now() > until) {
        break;
      }
      const result: SendResult = unrecorded.has(notification.id)
        ? { kind: 'sent' }
        : (down ?? (await attempt(dependencies, notification, signal)));
      if (signal.aborted && result.kind === 'retry') {
        break;
      }
      down ??= result.kind === 'retry' ? result : undefined;
      outcomes.push(await keep(dependencies, unrecorded, notification, result));
    }
  } catch (error) {
    dependencies.log.warn('a delivery could not be recorded', { error: describeError(error) });
  }
  return outcomes;
}

async function attempt(
  { channels, clock }: DeliveryDependencies,
  notification: DueNotification,
  signal: AbortSignal
): Promise<SendResult> {
  const channel = channels.get(notification.channel);
  if (!channel) {
    return { kind: 'refused', error: 'the channel is not configured' };
  }
  const { expiresMs } = notification.content;
  if (notification.event === 'approval-requested' && typeof expiresMs === 'number' && expiresMs <= clock.now()) {
    return { kind: 'refused', error: 'the approval period ended before it could be delivered' };
  }
  try {
    return await channel.send(toMessage(notification, channels.baseUrl), signal);
  } catch {
    return { kind: 'retry', error: 'the message could not be sent' };
  }
}

async function keep(
  { store, clock, log }: DeliveryDependencies,
  unrecorded: Set<string>,
  notification: DueNotification,
  result: SendResult
): Promise<Outcome> {
  const { id, channel, event, attempts, createdMs } = notification;
  const now = clock.now();
  if (result.kind === 'sent') {
    unrecorded.add(id);
    await store.markSent(id, now);
    unrecorded.delete(id);
    return 'sent';
  }
  const { error } = result;
  const dropped = result.kind === 'refused' || now - createdMs >= GIVE_UP_MS;
  const pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(attempts, 16));
  const asked = result.kind === 'retry' ? (result.retryAfterSeconds ?? 0) : 0;
  await store.markFailed(id, { error, nextMs: now + Math.max(pauseSeconds, asked) * 1000, dropped });
  if (dropped) {
    log.warn('a notification was given up', { id, channel, event, error });
  }
  return dropped ? 'dropped' : 'failed';
}
