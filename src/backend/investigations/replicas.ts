import type { EpochMs, ServiceName } from '#model';
import { type PrometheusClient, selector } from '#telemetry';

/** PromQL for the desired replicas by deployment. */
export function replicaQuery(namespace?: string): string {
  const matchers = namespace ? [{ label: 'namespace', equals: namespace }] : [];
  return `max by (deployment) (${selector('kube_deployment_spec_replicas', matchers)})`;
}

/**
 * Desired replicas by deployment at an instant; those without a whole number are left out.
 * @throws TelemetryError
 */
export async function fetchReplicas(
  prometheus: Pick<PrometheusClient, 'query'>,
  atMs: EpochMs,
  namespace: string | undefined,
  signal: AbortSignal
): Promise<Readonly<Record<ServiceName, number>>> {
  const { samples } = await prometheus.query(replicaQuery(namespace), atMs, { signal });
  return Object.fromEntries(
    samples.flatMap(({ labels, value }) => {
      const name = labels['deployment'];
      return name && Number.isSafeInteger(value) && value >= 0 ? [[name, value] as const] : [];
    })
  );
}
