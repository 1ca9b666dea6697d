import React, { useCallback } from 'react';
import { Icon } from '@grafana/ui';
import type { WatchAnswer } from '#contracts';
import type { BackendClient } from './api/backend-client.ts';
import { useNow, usePolling } from './use-polling.ts';

const POLL_MS = 10_000;

export interface WatchStatusProps {
  readonly backend: BackendClient;
  readonly testId: string;
  readonly className: string;
  readonly describe: (watch: WatchAnswer, nowMs: number) => string;
}

/** A line on the watch that keeps itself up to date; says so when nothing is known. */
export function WatchStatus({ backend, testId, className, describe }: WatchStatusProps) {
  const load = useCallback((signal: AbortSignal) => backend.watch(signal), [backend]);
  const { data, problem } = usePolling(load, POLL_MS);
  const now = useNow();
  if (!data) {
    return problem ? (
      <p className={className}>Whether the services are being watched is unknown: {problem.message}</p>
    ) : null;
  }
  const problems = data.problems.map(({ source, message }) => `${source}: ${message}`);
  return (
    <p className={className} data-testid={testId}>
      <Icon name={data.enabled ? 'eye' : 'eye-slash'} size="sm" /> {[describe(data, now), ...problems].join(' ')}
    </p>
  );
}
