import { useCallback } from 'react';
import type { RunRecord } from '#contracts';
import type { RunClient } from '../../../api/run-client.ts';
import { type Polled, usePolling } from '../../../use-polling.ts';

const POLL_MS = 5_000;
const MOST = 10;

/** The runs of an incident, newest first; empty without a backend. */
export function useIncidentRuns(client: RunClient | undefined, incidentId: string): Polled<readonly RunRecord[]> {
  const load = useCallback(
    async (signal: AbortSignal) => (client ? (await client.list({ incidentId, limit: MOST }, signal)).items : []),
    [client, incidentId]
  );
  return usePolling(load, POLL_MS);
}

/** The run whose page an incident shows: the newest that goes on or has a report. */
export function chooseRun(runs: readonly RunRecord[]): RunRecord | undefined {
  return runs.find(({ status }) => status === 'running' || status === 'finished');
}
