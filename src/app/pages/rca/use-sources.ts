import { useMemo } from 'react';
import type { RcaTarget } from '#model';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';

/** The person's datasources; those that the address names go before those that are known. */
export function useSources(target: Pick<RcaTarget, 'metricsDs' | 'logsDs' | 'tracesDs'> = {}): ExploreSources {
  const { sources } = useClients();
  const metricsDs = target.metricsDs ?? sources.metricsDs;
  const logsDs = target.logsDs ?? sources.logsDs;
  const tracesDs = target.tracesDs ?? sources.tracesDs;
  return useMemo(() => ({ metricsDs, logsDs, tracesDs }), [metricsDs, logsDs, tracesDs]);
}
