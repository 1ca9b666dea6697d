import { useCallback } from 'react';
import type { BudgetAnswer } from '#contracts';
import type { BackendClient } from '../../../api/backend-client.ts';
import { type Polled, usePolling } from '../../../use-polling.ts';

const POLL_MS = 30_000;

/** Whether there is a language model, and what may be used of it. */
export function useBudget(backend: BackendClient | undefined, incidentId: string | undefined): Polled<BudgetAnswer> {
  const load = useCallback(
    (signal: AbortSignal) =>
      backend ? backend.model.budget(incidentId, signal) : Promise.reject(new Error('No data source')),
    [backend, incidentId]
  );
  return usePolling(load, POLL_MS);
}
