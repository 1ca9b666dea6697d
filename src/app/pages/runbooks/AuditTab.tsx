import React, { useCallback, useState } from 'react';
import { Button, useStyles2 } from '@grafana/ui';
import type { AuditEntry, AuditVerification } from '#contracts';
import { EmptyState, formatTime, tableStyles, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';

const POLL_MS = 15_000;

/** The audit trail, page by page, with the state of its hash chain. */
export function AuditTab() {
  const { executor } = useClients();
  const [trail, setTrail] = useState<ReadonlyArray<string | undefined>>([undefined]);
  const after = trail.at(-1);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [page, verification] = await Promise.all([executor.audit(after, signal), executor.verifyAudit(signal)]);
      return { page, verification };
    },
    [executor, after]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading the audit trail and checking its chain">
      {({ page, verification }) => (
        <>
          <ChainState verification={verification} />
          <AuditTable entries={page.items} />
          <Button
            variant="secondary"
            size="sm"
            disabled={trail.length === 1}
            onClick={() => setTrail(trail.slice(0, -1))}
          >
            Previous
          </Button>{' '}
          <Button
            variant="secondary"
            size="sm"
            disabled={page.nextCursor === null}
            onClick={() => setTrail([...trail, page.nextCursor ?? undefined])}
          >
            Next
          </Button>
        </>
      )}
    </Reading>
  );
}

function ChainState({ verification }: { readonly verification: AuditVerification }) {
  const { ok, entries, brokenAt } = verification;
  return (
    <p>
      <ToneBadge
        tone={ok ? 'success' : 'error'}
        icon={ok ? 'check-circle' : 'exclamation-triangle'}
        testId={TEST_IDS.runbooks.auditState}
        state={ok ? 'ok' : 'broken'}
      >
        {ok ? `Chain unbroken, ${entries} entries` : `Chain broken at entry ${brokenAt ?? 'unknown'}`}
      </ToneBadge>{' '}
      {!ok && 'Somebody changed the ledger. Keep a copy of its file and compare it with a backup before you trust it.'}
    </p>
  );
}

function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const table = useStyles2(tableStyles);
  if (entries.length === 0) {
    return (
      <EmptyState title="The audit trail is empty">
        Every proposal, decision and execution will be recorded here.
      </EmptyState>
    );
  }
  return (
    <div className={table.wrapper}>
      <table className={table.table} data-testid={TEST_IDS.runbooks.audit}>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Time</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Subject</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.sequence}>
              <td className={table.number}>{entry.sequence}</td>
              <td className={table.number}>{formatTime(entry.atMs)}</td>
              <td>{entry.actor}</td>
              <th scope="row">{entry.event}</th>
              <td>{entry.subject}</td>
              <td>
                <AuditDetails entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AuditDetails({ entry }: { readonly entry: AuditEntry }) {
  return (
    <details>
      <summary title={entry.hash}>{entry.hash.slice(0, 12)}</summary>
      <pre>{JSON.stringify(entry.details, null, 2)}</pre>
    </details>
  );
}
