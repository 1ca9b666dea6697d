import type { FixtureSeries } from './fixture-series.ts';
import { counter, gauge, histogram, type SeriesLabels } from './shop-series.ts';

/** The ways in which metrics name their service. `hostile` is a name that queries must not trip over. */
const NAMED: readonly SeriesLabels[] = [
  { service_name: 'cart' },
  { service: 'order', namespace: 'shop' },
  { pod: 'payment-5d9f7c6b8-x2k4z', namespace: 'shop', job: 'kubernetes-pods' },
  { job: 'shop/user' },
  { service_name: 'hostile "{}\\ $1' },
];

function spanFamily(calls: string, durations: string): FixtureSeries[] {
  return NAMED.flatMap((named) =>
    ['STATUS_CODE_UNSET', 'STATUS_CODE_ERROR'].flatMap((status_code) => {
      const labels = { ...named, span_name: 'op', span_kind: 'SPAN_KIND_SERVER', status_code };
      return [counter(calls, labels), ...histogram(durations, labels)];
    })
  );
}

function httpFamily(name: string, status: string): FixtureSeries[] {
  return NAMED.flatMap((named) =>
    ['200', '404', '503'].flatMap((value) => histogram(name, { ...named, instance: '10.0.0.1:8080', [status]: value }))
  );
}

function commonHttp(): FixtureSeries[] {
  const labels = ['status', 'code', 'status_code', 'response_code'];
  return NAMED.flatMap((named, at) =>
    ['200', '404', '5xx'].map((value) =>
      counter('http_requests_total', { ...named, instance: '10.0.0.1:8080', [labels[at % 4] ?? 'status']: value })
    )
  );
}

function clientFamily(name: string, peer: string): FixtureSeries[] {
  return NAMED.flatMap((named) =>
    ['orders-db', 'bank'].flatMap((value) => histogram(name, { ...named, [peer]: value }).slice(-1))
  );
}

function processes(): FixtureSeries[] {
  return NAMED.flatMap((named) => [
    counter('process_cpu_seconds_total', named),
    counter('process_cpu_time_seconds_total', { ...named, process_cpu_state: 'user' }),
    gauge('process_resident_memory_bytes', named, 1e8),
    gauge('process_memory_usage_bytes', named, 1e8),
    gauge('process_open_fds', named, 500),
    gauge('process_max_fds', named, 1024),
  ]);
}

/** A host as node exporter, cAdvisor without Kubernetes and a web server report it. */
function hostSeries(): FixtureSeries[] {
  const node = { instance: '10.0.0.1:9100', job: 'node' };
  const advisor = { instance: '10.0.0.1:8081', job: 'cadvisor' };
  const root = { ...advisor, id: '/' };
  const docker = { ...advisor, id: '/docker/1', name: 'web-1', container_label_com_docker_compose_service: 'web' };
  const disk = { ...node, device: '/dev/sda1', mountpoint: '/', fstype: 'ext4' };
  return [
    gauge('node_uname_info', { ...node, nodename: 'alpha' }, 2),
    ...['0', '1'].flatMap((cpu) =>
      ['idle', 'user'].map((mode) => counter('node_cpu_seconds_total', { ...node, cpu, mode }, 10))
    ),
    gauge('node_memory_MemAvailable_bytes', node, 1e9),
    gauge('node_memory_MemTotal_bytes', node, 4e9),
    counter('node_disk_read_bytes_total', { ...node, device: 'sda' }, 1e6),
    counter('node_disk_written_bytes_total', { ...node, device: 'sda' }, 1e6),
    ...['eth0', 'lo', 'veth1'].flatMap((device) => [
      counter('node_network_receive_bytes_total', { ...node, device }, 1e6),
      counter('node_network_transmit_bytes_total', { ...node, device }, 1e6),
    ]),
    gauge('node_filesystem_avail_bytes', disk, 1e9),
    gauge('node_filesystem_size_bytes', disk, 1e10),
    gauge('node_filesystem_avail_bytes', { ...disk, mountpoint: '/run', fstype: 'tmpfs' }, 1e9),
    gauge('node_filefd_allocated', node, 1000),
    gauge('node_filefd_maximum', node, 1e6),
    gauge('machine_cpu_cores', advisor, 8),
    gauge('machine_memory_bytes', advisor, 1e10),
    ...[root, docker].flatMap((labels) => [
      counter('container_cpu_usage_seconds_total', labels, 10),
      gauge('container_memory_working_set_bytes', labels, 1e9),
      gauge('container_spec_memory_limit_bytes', labels, 2e9),
      counter('container_fs_reads_bytes_total', labels, 1e6),
      counter('container_fs_writes_bytes_total', labels, 1e6),
      counter('container_network_receive_bytes_total', { ...labels, interface: 'eth0' }, 1e6),
      counter('container_network_transmit_bytes_total', { ...labels, interface: 'eth0' }, 1e6),
    ]),
    gauge('container_health_state', docker, 2),
    counter('nginx_http_requests_total', { instance: '10.0.0.1:9113' }),
    ...['http_server_response_body_size_bytes', 'http_server_response_size_bytes', 'http_response_size_bytes'].flatMap(
      (name) => histogram(name, { instance: '10.0.0.1:8080' })
    ),
  ];
}

function kubernetesSeries(): FixtureSeries[] {
  const pods = ['payment-5d9f7c6b8-x2k4z', 'orders-db-0'];
  const volume = { namespace: 'shop', persistentvolumeclaim: 'data-orders-db-0' };
  return [
    ...pods.flatMap((pod) => {
      const labels = { namespace: 'shop', pod, container: 'main' };
      return [
        gauge('kube_pod_info', { namespace: 'shop', pod, node: 'alpha' }, 2),
        gauge('kube_pod_container_status_ready', labels, 2),
        gauge('kube_pod_status_phase', { namespace: 'shop', pod, phase: 'Succeeded' }, 2),
        gauge('kube_pod_container_resource_limits', { ...labels, resource: 'memory' }, 1e9),
        gauge('container_memory_working_set_bytes', labels, 1e9),
      ];
    }),
    gauge('kubelet_volume_stats_used_bytes', volume, 1e9),
    gauge('kubelet_volume_stats_capacity_bytes', volume, 2e9),
    gauge('kube_pod_spec_volumes_persistentvolumeclaims_info', { ...volume, pod: 'orders-db-0', volume: 'data' }, 2),
  ];
}

function exporterSeries(): FixtureSeries[] {
  const postgres = { server: 'localhost:5432', instance: 'orders-db-exporter:9187', datname: 'orders' };
  const pool = { service_name: 'cart', db_client_connection_pool_name: 'orders' };
  const redis = { instance: 'redis://redis.shop.svc:6379' };
  return [
    counter('pg_stat_database_xact_commit', postgres),
    counter('pg_stat_database_xact_rollback', postgres, 3),
    counter('redis_commands_processed_total', redis),
    counter('redis_commands_failed_calls_total', { ...redis, cmd: 'get' }, 3),
    counter('redis_cpu_user_seconds_total', redis, 5),
    counter('redis_cpu_sys_seconds_total', redis, 5),
    gauge('redis_connected_clients', redis, 100),
    gauge('redis_config_maxclients', redis, 1000),
    gauge('db_client_connection_count', { ...pool, db_client_connection_state: 'used' }, 10),
    gauge('db_client_connection_max', pool, 20),
  ];
}

/** Every family of metrics that discovery of features knows beside those of the shop. */
export function featureSeries(): readonly FixtureSeries[] {
  return [
    ...spanFamily('traces_span_metrics_calls_total', 'traces_span_metrics_duration_seconds'),
    ...spanFamily('traces_span_metrics_calls_total', 'traces_span_metrics_duration_milliseconds').filter(
      ({ labels }) => labels['__name__'] !== 'traces_span_metrics_calls_total'
    ),
    ...spanFamily('calls_total', 'duration_seconds'),
    ...spanFamily('calls_total', 'duration_milliseconds').filter(({ labels }) => labels['__name__'] !== 'calls_total'),
    ...spanFamily('traces_spanmetrics_calls_total', 'traces_spanmetrics_latency'),
    ...httpFamily('http_server_request_duration_seconds', 'http_response_status_code'),
    ...httpFamily('http_server_duration_milliseconds', 'http_status_code'),
    ...httpFamily('http_request_duration_seconds', 'status'),
    ...commonHttp(),
    ...clientFamily('http_client_request_duration_seconds', 'server_address'),
    ...clientFamily('http_client_duration_milliseconds', 'net_peer_name'),
    ...processes(),
    ...hostSeries(),
    ...kubernetesSeries(),
    ...exporterSeries(),
  ];
}
