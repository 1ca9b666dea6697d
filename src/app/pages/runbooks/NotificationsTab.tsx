import React, { useCallback } from 'react';
import { useStyles2 } from '@grafana/ui';
import type { NotificationRecord } from '#contracts';
import { EmptyState, formatTime, stackedTableStyles, tableStyles, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { LoadMore } from '../../LoadMore.tsx';
import { usePages } from '../../use-pages.ts';

const POLL_MS = 10_000;

/** Who was told what, newest first: sent, waiting, or failed and why. */
export function NotificationsTab() {
  const { executor } = useClients();
  const load = useCallback(
    (cursor: string | undefined, signal?: AbortSignal) => executor.notifications(cursor, signal),
    [executor]
  );
  const pages = usePages(load, POLL_MS);
  return (
    <Reading polled={pages.polled} label="Reading notifications">
      {(items) =>
        items.length === 0 ? (
          <EmptyState title="Nobody had to be told anything yet">
            Runbooks name the channels that hear of approvals, outcomes and failures. A channel that is down never stops
            an action.
          </EmptyState>
        ) : (
          <>
            <Messages items={items} />
            <LoadMore pages={pages} />
          </>
        )
      }
    </Reading>
  );
}

function Messages({ items }: { readonly items: readonly NotificationRecord[] }) {
  const table = useStyles2(tableStyles);
  const { stacked, line } = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={`${table.table} ${stacked}`} data-testid={TEST_IDS.runbooks.notifications}>
        <thead>
          <tr>
            <th scope="col">About</th>
            <th scope="col">State</th>
            <th scope="col">Channel</th>
            <th scope="col">Event</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id} data-testid={TEST_IDS.runbooks.notification} data-state={stateOf(item)}>
              <th scope="row">{titleOf(item)}</th>
              <td className={line}>
                <State item={item} />
              </td>
              <td data-label="Channel">{item.channel}</td>
              <td data-label="Event">{item.event}</td>
              <td className={table.number}>{formatTime(item.sentMs ?? item.createdMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What it is about in words; the id of the plan where it has none. */
function titleOf({ subject, content }: NotificationRecord): string {
  return typeof content.title === 'string' && content.title !== '' ? content.title : subject;
}

function stateOf({ sentMs, dropped, error }: NotificationRecord): 'sent' | 'failed' | 'retrying' | 'waiting' {
  if (sentMs !== null) {
    return 'sent';
  }
  return dropped ? 'failed' : error === null ? 'waiting' : 'retrying';
}

const STATES = {
  sent: { tone: 'success', icon: 'check-circle', label: 'Sent' },
  waiting: { tone: 'neutral', icon: 'hourglass', label: 'Waiting' },
  retrying: { tone: 'warning', icon: 'sync', label: 'Tried, tries again' },
  failed: { tone: 'error', icon: 'times-circle', label: 'Failed, given up' },
} as const;

function State({ item }: { readonly item: NotificationRecord }) {
  const { tone, icon, label } = STATES[stateOf(item)];
  return (
    <>
      <ToneBadge tone={tone} icon={icon}>
        {label}
      </ToneBadge>
      {item.sentMs === null && item.error !== null && (
        <div>
          {item.error} ({item.attempts} {item.attempts === 1 ? 'attempt' : 'attempts'})
        </div>
      )}
    </>
  );
}
