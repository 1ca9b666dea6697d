import { useCallback } from 'react';
import type { AnomalyLabelRecord, IncidentRecord } from '#contracts';
import type { TimeWindow } from '#model';
import { useClients } from '../../api/clients.ts';
import { type Polled, usePolling } from '../../use-polling.ts';

const POLL_MS = 15_000;

/** What the ledger knows beside the scores. */
export interface LedgerView {
  /** Labels in the time range, newest first. */
  readonly labels: readonly AnomalyLabelRecord[];
  readonly incidents: readonly IncidentRecord[];
}

/** Open incidents, and the labels of a time range; one that ends now moves on. */
export function useLedger({ fromMs, toMs }: TimeWindow, live: boolean): Polled<LedgerView> {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal): Promise<LedgerView> => {
      const window = { fromMs, toMs: live ? Math.max(toMs, Date.now()) : toMs };
      const [labels, incidents] = await Promise.all([
        executor.labels(window, signal),
        executor.incidents('open', signal),
      ]);
      return { labels: labels.items, incidents };
    },
    [executor, fromMs, toMs, live]
  );
  return usePolling(load, POLL_MS);
}
