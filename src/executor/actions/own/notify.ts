import { ExecutorError } from '../../errors.ts';
import type { NewNotification } from '../../store/notification-store.ts';
import type { Action } from '../action.ts';
import { noTarget, ownAction } from './own-action.ts';

/** Where messages to people are handed over. The same id is taken once. */
export interface MessageOutbox {
  /** Ids of the channels that are configured. */
  readonly channels: ReadonlySet<string>;
  enqueue(message: NewNotification): Promise<void>;
}

interface NotifyInput {
  readonly channel: string;
  readonly message: string;
}

/** Tells people something. It is delivered later and by itself: a channel that is down stops no plan. */
export function notifyAction(outbox: MessageOutbox): Action {
  return ownAction<NotifyInput>({
    name: 'notify',
    title: 'Notify',
    description: 'Sends a message to a channel that the administrator configured.',
    riskBase: 0.1,
    leavesNothing: true,
    target: ({ channel }) => {
      if (!outbox.channels.has(channel)) {
        throw new ExecutorError('PARAMETER_INVALID', `channel: "${channel}" is not configured on this executor.`);
      }
      return noTarget('Channel', channel);
    },
    dryRun: ({ channel, message }) => `Message to the channel ${channel}:\n${message}`,
    async apply({ channel, message }, { operationId, mintedMs }) {
      try {
        const content = { kind: 'message', message };
        const about = { channel, event: 'message', subject: operationId };
        await outbox.enqueue({ id: operationId, ...about, content, createdMs: mintedMs });
      } catch (error) {
        if (error instanceof ExecutorError) {
          return { kind: 'unavailable', message: error.message };
        }
        throw error;
      }
      return { kind: 'applied', message: `handed over for ${channel}` };
    },
    resolve: () => ({ kind: 'not-applied', message: 'the same message is taken once' }),
  });
}
