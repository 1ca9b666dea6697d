import { useCallback } from 'react';
import type { TopologyAnswer } from '#contracts';
import type { TimeWindow } from '#model';
import type { BackendClient } from '../../api/backend-client.ts';
import { usePolling } from '../../use-polling.ts';

const HOUR_MS = 3_600_000;

/** The topology of a window; undefined until it is there, and when it cannot be read. */
export function useTopologyOf(
  backend: BackendClient | undefined,
  window: TimeWindow | undefined
): TopologyAnswer | undefined {
  const { fromMs, toMs } = window ?? {};
  const load = useCallback(
    (signal: AbortSignal) =>
      backend && fromMs !== undefined && toMs !== undefined
        ? backend.topology({ fromMs, toMs }, signal)
        : Promise.resolve(undefined),
    [backend, fromMs, toMs]
  );
  return usePolling(load, HOUR_MS).data;
}
