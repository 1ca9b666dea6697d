import type { Action } from '../action.ts';
import { circuitBreak, DEFAULT_EJECTION_CAP_PERCENT } from './circuit-break.ts';
import { deletePod } from './delete-pod.ts';
import { forceRestart } from './force-restart.ts';
import { kedaPause, kedaResume, kedaSetBounds } from './keda.ts';
import { type KubeconfigSource, loadKubeconfig } from './kubeconfig.ts';
import { kubernetesTransport } from './kubernetes-call.ts';
import { kubernetesClient, type KubernetesClient } from './kubernetes-client.ts';
import { rateLimit } from './rate-limit.ts';
import { restart } from './restart.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { setMemory } from './set-memory.ts';

/** What an administrator may allow beyond the defaults. */
export interface KubernetesActionOptions {
  /** Largest share of instances that a circuit breaker may eject, in percent. Default 50. */
  readonly ejectionCapPercent?: number;
}

/** Everything that can be done to one cluster, in the order of rising risk. */
export function kubernetesActions(
  client: KubernetesClient,
  { ejectionCapPercent = DEFAULT_EJECTION_CAP_PERCENT }: KubernetesActionOptions = {}
): readonly Action[] {
  return [
    rateLimit(client),
    circuitBreak(client, ejectionCapPercent),
    scale(client),
    setMemory(client),
    deletePod(client),
    kedaSetBounds(client),
    kedaPause(client),
    kedaResume(client),
    restart(client),
    rollback(client),
    forceRestart(client),
  ];
}

/**
 * The actions of one cluster.
 * @throws ConfigError when the credential cannot be used
 */
export function connectCluster(
  clusterId: string,
  source: KubeconfigSource,
  redact: (text: string) => string
): readonly Action[] {
  return kubernetesActions(kubernetesClient(clusterId, kubernetesTransport(loadKubeconfig(source), { redact })));
}
