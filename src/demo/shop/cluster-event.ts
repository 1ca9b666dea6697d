import type { EpochMs, LogLine } from '#model';
import { NAMESPACE } from './topology.ts';

/** That Kubernetes waits before it starts a container again, as Alloy's `loki.source.kubernetes_events` writes it. */
export function backOffLine(atMs: EpochMs, service: string, pod: string): LogLine {
  const message = `Back-off restarting failed container ${service} in pod ${pod}_${NAMESPACE}`;
  return {
    atMs,
    labels: { namespace: NAMESPACE, job: 'loki.source.kubernetes_events', service_name: service, level: 'warn' },
    line: `name=${pod} kind=Pod objectAPIversion=v1 sourcecomponent=kubelet reason=BackOff type=Warning count=1 msg="${message}"`,
  };
}
