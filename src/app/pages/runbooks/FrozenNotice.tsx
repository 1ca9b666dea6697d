import React, { useCallback } from 'react';
import { Alert, TextLink } from '@grafana/ui';
import { formatTime } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toRunbooksUrl } from '../../routes.ts';
import { usePolling } from '../../use-polling.ts';

const POLL_MS = 10_000;

/** Says on every tab that nothing can be carried out; silent while it is not known. */
export function FrozenNotice() {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.freeze(signal), [executor]);
  const { data } = usePolling(load, POLL_MS);
  if (data?.frozen !== true) {
    return null;
  }
  return (
    <Alert severity="warning" title={`Frozen by ${data.actor}: ${data.reason}`}>
      Since {formatTime(data.atMs)} nothing is approved or started.{' '}
      <TextLink href={toRunbooksUrl('safety')}>Freeze and maintenance</TextLink>
    </Alert>
  );
}
