import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Maintenance } from '#contracts';
import {
  EmptyState,
  ErrorState,
  formatMinute,
  type Problem,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
  ToneBadge,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { useNow, usePolling } from '../../use-polling.ts';
import { MaintenanceForm } from './MaintenanceForm.tsx';

const POLL_MS = 15_000;
type Window = Maintenance['windows'][number];

/** Times in which nothing may be changed: list, add, remove. */
export function MaintenanceSection() {
  const { executor, canExecute } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.maintenance(signal), [executor]);
  const polled = usePolling(load, POLL_MS);
  const styles = useStyles2(getStyles);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  /** From what is there now, not from what was shown: another person may have changed it. */
  const change = async (to: (windows: readonly Window[]) => readonly Window[]): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { windows } = await executor.maintenance();
      await executor.setMaintenance({ windows: [...to(windows)] });
      return true;
    } catch (error) {
      setProblem(toProblem(error));
      return false;
    } finally {
      setBusy(false);
      polled.refresh();
    }
  };
  return (
    <Section title="Maintenance windows" testId={TEST_IDS.runbooks.windows}>
      <p className={styles.muted}>
        In these times nothing is approved and no step is started, also not of what runs already.
      </p>
      <Reading polled={polled} label="Reading maintenance windows">
        {({ windows }) => (
          <Windows
            windows={windows}
            busy={busy}
            onRemove={
              canExecute ? (id) => void change((current) => current.filter((window) => window.id !== id)) : undefined
            }
          />
        )}
      </Reading>
      {problem && <ErrorState problem={problem} />}
      {canExecute ? (
        <MaintenanceForm busy={busy} onAdd={(window) => change((current) => [...current, window])} />
      ) : (
        <p className={styles.muted}>You may not change this. Ask for the role “Causeway approver”.</p>
      )}
    </Section>
  );
}

function Windows(props: {
  readonly windows: readonly Window[];
  readonly busy: boolean;
  readonly onRemove: ((id: string) => void) | undefined;
}) {
  const { windows, busy, onRemove } = props;
  const table = useStyles2(tableStyles);
  const { stacked } = useStyles2(stackedTableStyles);
  const now = useNow();
  if (windows.length === 0) {
    return <EmptyState title="No maintenance window is set" />;
  }
  return (
    <div className={table.wrapper}>
      <table className={`${table.table} ${stacked}`}>
        <thead>
          <tr>
            <th scope="col">Why</th>
            <th scope="col">State</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Namespaces</th>
            {onRemove && <th scope="col">Remove</th>}
          </tr>
        </thead>
        <tbody>
          {windows
            .toSorted((a, b) => a.fromMs - b.fromMs)
            .map((window) => (
              <tr key={window.id} data-testid={TEST_IDS.runbooks.window}>
                <th scope="row">{window.reason}</th>
                <td>
                  <WindowState window={window} now={now} />
                </td>
                <td data-label="From" className={table.number}>
                  {formatMinute(window.fromMs)}
                </td>
                <td data-label="To" className={table.number}>
                  {formatMinute(window.toMs)}
                </td>
                <td data-label="Namespaces">{window.namespaces?.join(', ') ?? 'all'}</td>
                {onRemove && (
                  <td>
                    <Button
                      variant="secondary"
                      size="sm"
                      icon="trash-alt"
                      aria-label={`Remove ${window.reason}`}
                      disabled={busy}
                      onClick={() => onRemove(window.id)}
                    />
                  </td>
                )}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function WindowState({ window, now }: { readonly window: Window; readonly now: number }) {
  if (now >= window.toMs) {
    return <span>over</span>;
  }
  return now < window.fromMs ? (
    <span>to come</span>
  ) : (
    <ToneBadge tone="warning" icon="lock">
      on
    </ToneBadge>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  muted: css({ color: theme.colors.text.secondary }),
});
