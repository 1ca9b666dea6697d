import { type FixtureSample, type FixtureSeries, LENGTH_SECONDS } from './fixture-series.ts';

type Labels = Readonly<Record<string, string>>;

/** When the order service gets its new version, and when the cart is scaled; seconds after the start. */
export const ROLLOUT_SECONDS = 2400;
export const SCALE_SECONDS = 3000;
/** When one call is made for the last time. */
export const LAST_CALL_SECONDS = 1800;

function steps(name: string, labels: Labels, valueAt: (at: number) => number | undefined): FixtureSeries {
  const samples: FixtureSample[] = [];
  for (let at = 0; at <= LENGTH_SECONDS; at += 15) {
    const value = valueAt(at);
    if (value !== undefined) {
      samples.push([at, value]);
    }
  }
  return { labels: { __name__: name, ...labels }, samples };
}

const always = (name: string, labels: Labels, value = 1): FixtureSeries => steps(name, labels, () => value);
const before = (end: number) => (at: number) => (at < end ? 1 : undefined);
const since = (start: number) => (at: number) => (at >= start ? 1 : undefined);

function replicaSet(
  deployment: string,
  hash: string,
  pods: readonly string[],
  alive: (at: number) => number | undefined
) {
  const replicaset = `${deployment}-${hash}`;
  const shop = { namespace: 'shop' };
  return [
    always('kube_replicaset_owner', {
      ...shop,
      replicaset,
      owner_kind: 'Deployment',
      owner_name: deployment,
      owner_is_controller: 'true',
    }),
    ...pods.flatMap((suffix) => {
      const pod = `${replicaset}-${suffix}`;
      return [
        steps('kube_pod_owner', { ...shop, pod, owner_kind: 'ReplicaSet', owner_name: replicaset }, alive),
        steps(
          'kube_pod_labels',
          { ...shop, pod, label_app: deployment, label_app_kubernetes_io_name: deployment, label_team: 'pay' },
          alive
        ),
      ];
    }),
  ];
}

function image(pod: string, container: string, tag: string, alive: (at: number) => number | undefined) {
  const reference = `registry.local:5000/shop/${container}:${tag}`;
  return steps('kube_pod_container_info', { namespace: 'shop', pod, container, image: reference }, alive);
}

/**
 * A cluster as kube-state-metrics shows it: a rollout of `order` from 2.4.0 to 2.4.1, `cart` scaled by hand and then by
 * its autoscaler, a store, a restart of `gateway` with the same image, and a workload of another namespace. Two scrapes
 * of one kube-state-metrics give everything about `order` twice.
 */
export function kubeSeries(): FixtureSeries[] {
  const shop = { namespace: 'shop' };
  const generation = (deployment: string, valueAt: (at: number) => number, more: Labels = {}): FixtureSeries[] => [
    steps('kube_deployment_metadata_generation', { ...shop, deployment, ...more }, valueAt),
    steps('kube_deployment_status_observed_generation', { ...shop, deployment, ...more }, (at) => valueAt(at - 15)),
  ];
  const orderGeneration = (at: number): number => (at < ROLLOUT_SECONDS ? 6 : 7);
  return [
    ...replicaSet('order', '5d9f7c6b8', ['x2k4z', 'k7d2m'], before(ROLLOUT_SECONDS + 60)),
    ...replicaSet('order', '6c8b9d7f5', ['b4n6p', 'q9r8s'], since(ROLLOUT_SECONDS + 30)),
    ...replicaSet('cart', '7f6d5c4b9', ['v2w4x'], () => 1),
    ...replicaSet('gateway', '8b7c6d5f4', ['z2x4c'], () => 1),
    always('kube_pod_owner', { ...shop, pod: 'postgres-0', owner_kind: 'StatefulSet', owner_name: 'postgres' }),
    always('kube_pod_owner', { ...shop, pod: 'migrate-x2k4z', owner_kind: 'Job', owner_name: 'migrate' }),
    always('kube_pod_owner', { ...shop, pod: 'alone', owner_kind: '<none>', owner_name: '<none>' }),
    always('kube_pod_owner', {
      namespace: 'kube-system',
      pod: 'dns-x2k4z',
      owner_kind: 'DaemonSet',
      owner_name: 'dns',
    }),
    always('kube_deployment_labels', { ...shop, deployment: 'cart', label_team: 'web' }),
    always('kube_namespace_labels', { ...shop, label_team: 'shop-team' }),
    ...['a', 'b'].flatMap((instance) => generation('order', orderGeneration, { instance })),
    ...generation('gateway', (at) => (at < SCALE_SECONDS + 900 ? 2 : 3)),
    ...generation('cart', (at) => (at < SCALE_SECONDS ? 1 : 2)),
    steps('kube_deployment_spec_replicas', { ...shop, deployment: 'cart' }, (at) => (at < SCALE_SECONDS ? 3 : 6)),
    always('kube_deployment_spec_replicas', { ...shop, deployment: 'order' }, 2),
    always('kube_horizontalpodautoscaler_info', {
      ...shop,
      horizontalpodautoscaler: 'cart',
      scaletargetref_kind: 'Deployment',
      scaletargetref_name: 'cart',
    }),
    ...['x2k4z', 'k7d2m'].map((pod) => image(`order-5d9f7c6b8-${pod}`, 'order', '2.4.0', before(ROLLOUT_SECONDS + 60))),
    ...['b4n6p', 'q9r8s'].map((pod) => image(`order-6c8b9d7f5-${pod}`, 'order', '2.4.1', since(ROLLOUT_SECONDS + 30))),
    image('order-6c8b9d7f5-b4n6p', 'proxy', '1.0', since(ROLLOUT_SECONDS + 30)),
    image('gateway-8b7c6d5f4-z2x4c', 'gateway', '1.18.2', () => 1),
    image('cart-7f6d5c4b9-v2w4x', 'cart', '2.1.5', () => 1),
  ];
}

/** Calls of a small system: one edge is used throughout, one until half an hour in, one never. */
export function callSeries(): FixtureSeries[] {
  const call = (client: string, server: string, type: string, valueAt: (at: number) => number): FixtureSeries =>
    steps('traces_service_graph_request_total', { client, server, connection_type: type }, valueAt);
  const served = (service: string, name: string, status: string, pace: number): FixtureSeries =>
    steps(
      'traces_spanmetrics_calls_total',
      { service, span_name: name, span_kind: 'SPAN_KIND_SERVER', status_code: status },
      (at) => (at / 15) * pace
    );
  const latency = (suffix: string, pace: number, more: Labels = {}): FixtureSeries =>
    steps(
      `traces_spanmetrics_latency_${suffix}`,
      { service: 'order', span_name: 'POST /orders', span_kind: 'SPAN_KIND_SERVER', ...more },
      (at) => (at / 15) * pace
    );
  return [
    call('gateway', 'order', '', (at) => at * 2),
    call('order', 'postgres', 'database', (at) => Math.min(at, LAST_CALL_SECONDS) * 3),
    call('order', 'never', 'virtual_node', () => 7),
    served('order', 'POST /orders', 'STATUS_CODE_UNSET', 27),
    served('order', 'POST /orders', 'STATUS_CODE_ERROR', 3),
    served('order', 'GET /orders/{id}', 'STATUS_CODE_UNSET', 60),
    latency('sum', 3),
    latency('count', 30),
    latency('bucket', 15, { le: '0.1' }),
    latency('bucket', 30, { le: '0.2' }),
    latency('bucket', 30, { le: '+Inf' }),
  ];
}
