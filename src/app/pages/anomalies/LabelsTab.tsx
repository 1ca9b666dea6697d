import React, { useCallback, useState } from 'react';
import { cx } from '@emotion/css';
import { Button, useStyles2 } from '@grafana/ui';
import type { AnomalyLabelRecord } from '#contracts';
import {
  EmptyState,
  ErrorState,
  formatMinute,
  nameSignal,
  type Problem,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import type { AnomalyTabProps } from './tab-props.ts';
import { LABEL_TEXTS } from './label-draft.ts';
import { formatStretch } from './stretch-text.ts';

const POLL_MS = 15_000;

/** What people said about anomalies in the time range, with author; a label can be withdrawn, and stays in the audit. */
export function LabelsTab({ window, live }: AnomalyTabProps) {
  const { executor } = useClients();
  const { fromMs, toMs } = window;
  const load = useCallback(
    (signal: AbortSignal) => executor.labels({ fromMs, toMs: live ? Math.max(toMs, Date.now()) : toMs }, signal),
    [executor, fromMs, toMs, live]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading labels">
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <EmptyState title="No labels in this time range">
            Choose a stretch on the Services tab to acknowledge it, or to say whether it was an incident, a false alarm,
            expected or maintenance.
          </EmptyState>
        ) : (
          <LabelTable labels={items} more={nextCursor !== null} onChanged={polled.refresh} />
        )
      }
    </Reading>
  );
}

function LabelTable(props: {
  readonly labels: readonly AnomalyLabelRecord[];
  readonly more: boolean;
  readonly onChanged: () => void;
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const { canLabel, executor } = useClients();
  const [problem, setProblem] = useState<Problem>();
  const withdraw = async (id: string) => {
    setProblem(undefined);
    await executor.withdrawLabel(id).catch((error: unknown) => setProblem(toProblem(error)));
    props.onChanged();
  };
  return (
    <>
      {problem && <ErrorState problem={problem} />}
      {props.more && (
        <p className={table.muted}>These are the newest labels. Choose a shorter time range to see the others.</p>
      )}
      <div className={table.wrapper}>
        <table className={cx(table.table, rows.stacked)} data-testid={TEST_IDS.anomalies.labels}>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Label</th>
              <th scope="col">Stretch</th>
              <th scope="col">Comment</th>
              <th scope="col">By</th>
              <th scope="col">Withdraw</th>
            </tr>
          </thead>
          <tbody>
            {props.labels.map((label) => (
              <tr key={label.id} data-testid={TEST_IDS.anomalies.label} data-label={label.label}>
                <th scope="row">
                  {label.service}
                  {label.signalId !== null && <div className={table.muted}>{nameSignal(label.signalId)}</div>}
                </th>
                <td title={LABEL_TEXTS[label.label].effect}>{LABEL_TEXTS[label.label].name}</td>
                <td className={table.number}>{formatStretch(label.fromMs, label.toMs)}</td>
                <td className={rows.line}>{label.comment}</td>
                <td data-label="By">
                  {label.author}, <span className={cx(table.number, table.muted)}>{formatMinute(label.createdMs)}</span>
                </td>
                <td>
                  {canLabel ? (
                    <WithdrawButton onWithdraw={() => void withdraw(label.id)} />
                  ) : (
                    <span className={table.muted}>editors only</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Asks once more, in place, before it withdraws. */
function WithdrawButton({ onWithdraw }: { readonly onWithdraw: () => void }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button size="sm" variant="secondary" onClick={() => setAsked(true)} data-testid={TEST_IDS.anomalies.withdraw}>
        Withdraw
      </Button>
    );
  }
  return (
    <>
      <Button size="sm" variant="destructive" onClick={onWithdraw} data-testid={TEST_IDS.anomalies.withdrawConfirm}>
        Yes, withdraw
      </Button>{' '}
      <Button size="sm" variant="secondary" onClick={() => setAsked(false)}>
        Keep
      </Button>
    </>
  );
}
