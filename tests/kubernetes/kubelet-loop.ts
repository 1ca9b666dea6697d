import type { KubernetesTransport } from '../../src/executor/actions/kubernetes/kubernetes-call.ts';
import { podStatus } from '../support/kubernetes/controllers.ts';

const PAUSE_MS = 150;

/**
 * Plays the node of a control plane that has none: binds the pods of a namespace, reports their containers as started, and
 * ends those that are to be deleted. Answers a function that stops it.
 */
export function startKubeletLoop(transport: KubernetesTransport, namespace: string): () => Promise<void> {
  const stop = new AbortController();
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: any, contentType?: string) =>
    transport.send(
      { method, path: `/api/v1/namespaces/${namespace}/pods${path}`, body, ...(contentType ? { contentType } : {}) },
      stop.signal
    ) as Promise<any>;
  const tend = async (pod: any): Promise<void> => {
    const path = `/${pod.metadata.name}`;
    if (pod.metadata.deletionTimestamp) {
      await send('DELETE', path, { gracePeriodSeconds: 0 });
    } else if (!pod.spec.nodeName) {
      const target = { apiVersion: 'v1', kind: 'Node', name: 'suite-node' };
      await send('POST', `${path}/binding`, { metadata: { name: pod.metadata.name }, target });
    } else if (pod.status.containerStatuses === undefined) {
      await send('PATCH', `${path}/status`, { status: podStatus(pod) }, 'application/merge-patch+json');
    }
  };
  const running = (async () => {
    while (!stop.signal.aborted) {
      const pods = await send('GET', '').catch(() => ({ items: [] }));
      // Somebody else may have deleted or changed a pod in between; the next round sees it as it is then.
      await Promise.all(pods.items.map((pod: any) => tend(pod).catch(() => undefined)));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}
