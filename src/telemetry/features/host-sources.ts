import type { FeatureName, Labels } from '#model';
import { quotient, rate, share, sumBy } from '../promql/expressions.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import { toHostName } from '../signals/owner.ts';
import { ownerKey, type Combination, type FeatureScope } from './feature-plan.ts';
import type { FeatureRecipe, FeatureSource, KnownOwners } from './feature-source.ts';
import { markedRate } from './red-sources.ts';
import { REQUEST_FAMILIES, type RequestFamily } from './request-families.ts';

const BY_INSTANCE = ['instance'];
const BY_NODE = ['node'];
/** Loopback and the devices that container networks make; their traffic is counted on the real device as well. */
const REAL_DEVICES: Matcher = { label: 'device', unlike: 'lo|veth.*|docker.*|br-.*|cni.*|flannel.*|cali.*|tunl.*' };
const REAL_INTERFACES: Matcher = { ...REAL_DEVICES, label: 'interface' };
const ROOT: Matcher = { label: 'id', equals: '/' };

/** Query with one series per host that has a node exporter, and its name. */
export const HOST_NAME_PROBE = 'group by (instance, nodename) (node_uname_info or node_uname_info offset 1h)';

/** Names of hosts by the address of their exporter without port. */
export function toHostNames(rows: readonly Labels[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(({ instance = '', nodename = '' }) =>
      instance && nodename ? [[toHostName(instance), nodename] as const] : []
    )
  );
}

function hostOf(row: Labels, labels: readonly string[], known: KnownOwners): string {
  const address = toHostName(row[labels[0] ?? ''] ?? '');
  return known.hostNames.get(address) ?? address;
}

function hostSource(
  family: string,
  needs: readonly string[],
  probed: string,
  recipes: (scope: FeatureScope) => readonly FeatureRecipe[],
  options: { readonly labels?: readonly string[]; readonly adopts?: boolean } = {}
): FeatureSource {
  const { labels = BY_INSTANCE, adopts = true } = options;
  return {
    family,
    profile: 'host',
    id: `${family}/${needs.join('+')}`,
    needs,
    adopts,
    probe: () => `group by (${labels.join(', ')}) (${probed} or ${probed} offset 1h)`,
    slices: (rows, scope, known) => {
      const named = rows.flatMap((row) => {
        const name = hostOf(row, labels, known);
        return name === '' ? [] : [[ownerKey(row, labels), name] as const];
      });
      return [{ id: labels.join('+'), ownerLabels: labels, owners: new Map(named), recipes: recipes(scope) }];
    },
  };
}

const one = (feature: FeatureName, expr: string, combine: Combination = 'sum'): readonly FeatureRecipe[] => [
  { feature, expr, combine },
];
const busy = (expr: string): string => `clamp_min(1 - ${expr}, 0)`;

const NODE_SOURCES: readonly FeatureSource[] = [
  hostSource('node-exporter', ['node_cpu_seconds_total'], 'node_cpu_seconds_total{mode="idle",cpu="0"}', (scope) => {
    const idle = rate(selector('node_cpu_seconds_total', [{ label: 'mode', equals: 'idle' }]), scope.rateSeconds);
    return one('cpu_percent', busy(`avg by (instance) (${idle})`), 'max');
  }),
  hostSource(
    'node-exporter',
    ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
    'node_memory_MemAvailable_bytes',
    () => {
      const free = sumBy(BY_INSTANCE, 'node_memory_MemAvailable_bytes');
      return one('memory_percent', busy(quotient(free, sumBy(BY_INSTANCE, 'node_memory_MemTotal_bytes'))), 'max');
    }
  ),
  hostSource(
    'node-exporter',
    ['node_disk_read_bytes_total', 'node_disk_written_bytes_total'],
    'node_disk_read_bytes_total',
    ({ rateSeconds }) => {
      const sum = (metric: string): string => sumBy(BY_INSTANCE, rate(metric, rateSeconds));
      return one('disk_io', `${sum('node_disk_read_bytes_total')} + ${sum('node_disk_written_bytes_total')}`);
    }
  ),
  ...(['receive', 'transmit'] as const).map((direction) => {
    const devices = selector(`node_network_${direction}_bytes_total`, [REAL_DEVICES]);
    return hostSource('node-exporter', [`node_network_${direction}_bytes_total`], devices, ({ rateSeconds }) =>
      one(direction === 'receive' ? 'network_rx' : 'network_tx', sumBy(BY_INSTANCE, rate(devices, rateSeconds)))
    );
  }),
];

/** The root control group of cAdvisor is the host. */
const CADVISOR_SOURCES: readonly FeatureSource[] = [
  hostSource(
    'cadvisor',
    ['container_cpu_usage_seconds_total', 'machine_cpu_cores'],
    selector('container_cpu_usage_seconds_total', [ROOT]),
    ({ rateSeconds }) => {
      const used = sumBy(BY_INSTANCE, rate(selector('container_cpu_usage_seconds_total', [ROOT]), rateSeconds));
      return one('cpu_percent', quotient(used, sumBy(BY_INSTANCE, 'machine_cpu_cores')), 'max');
    }
  ),
  hostSource(
    'cadvisor',
    ['container_memory_working_set_bytes', 'machine_memory_bytes'],
    selector('container_memory_working_set_bytes', [ROOT]),
    () => {
      const used = sumBy(BY_INSTANCE, selector('container_memory_working_set_bytes', [ROOT]));
      return one('memory_percent', quotient(used, sumBy(BY_INSTANCE, 'machine_memory_bytes')), 'max');
    }
  ),
  hostSource(
    'cadvisor',
    ['container_fs_reads_bytes_total', 'container_fs_writes_bytes_total'],
    selector('container_fs_reads_bytes_total', [ROOT]),
    ({ rateSeconds }) => {
      const sum = (metric: string): string => sumBy(BY_INSTANCE, rate(selector(metric, [ROOT]), rateSeconds));
      return one('disk_io', `${sum('container_fs_reads_bytes_total')} + ${sum('container_fs_writes_bytes_total')}`);
    }
  ),
  ...(['receive', 'transmit'] as const).map((direction) => {
    const root = selector(`container_network_${direction}_bytes_total`, [ROOT, REAL_INTERFACES]);
    return hostSource('cadvisor', [`container_network_${direction}_bytes_total`], root, ({ rateSeconds }) =>
      one(direction === 'receive' ? 'network_rx' : 'network_tx', sumBy(BY_INSTANCE, rate(root, rateSeconds)))
    );
  }),
  hostSource('cadvisor', ['container_health_state'], 'container_health_state', () =>
    // 1 is healthy, 0 unhealthy, -1 without a health check.
    one('container_count_unhealthy', `${sumBy(BY_INSTANCE, 'container_health_state == bool 0')}`)
  ),
];

const KUBERNETES_SOURCES: readonly FeatureSource[] = [
  hostSource(
    'kube-state-metrics',
    ['kube_pod_container_status_ready', 'kube_pod_info'],
    'kube_pod_info',
    (scope) => {
      const place = inNamespace(scope.namespace);
      const unready = sumBy(['namespace', 'pod'], `${selector('kube_pod_container_status_ready', place)} == bool 0`);
      const done = selector('kube_pod_status_phase', [...place, { label: 'phase', oneOf: ['Succeeded'] }]);
      const ended = `max by (namespace, pod) (${done}) == 1`;
      const nodes = `max by (namespace, pod, node) (${selector('kube_pod_info', [...place, { label: 'node', notEquals: '' }])})`;
      const running = `(${unready} unless on (namespace, pod) (${ended}))`;
      return one(
        'container_count_unhealthy',
        sumBy(BY_NODE, `${running} * on (namespace, pod) group_left (node) ${nodes}`)
      );
    },
    { labels: BY_NODE, adopts: false }
  ),
];

/** Requests to applications whose metrics come from the address of a known host. */
function hostRequests({ family, requests, status }: RequestFamily): readonly FeatureSource[] {
  const total = (scope: FeatureScope): string => sumBy(BY_INSTANCE, rate(requests, scope.rateSeconds));
  const marked = (scope: FeatureScope, marks: readonly Matcher[]): string =>
    share(sumBy(BY_INSTANCE, markedRate(requests, [], marks, scope.rateSeconds)), total(scope));
  const carriers = status.map(({ label }) => selector(requests, [{ label, notEquals: '' }]));
  const withStatus = (offset: string): string => carriers.map((carrier) => `${carrier}${offset}`).join(' or ');
  const rates = hostSource(family, [requests], requests, (scope) => one('request_rate', total(scope)), {
    adopts: false,
  });
  const errors: FeatureSource = {
    ...hostSource(
      family,
      [requests],
      requests,
      (scope) => [
        ...one(
          'error_rate_4xx',
          marked(
            scope,
            status.flatMap(({ client }) => client ?? [])
          ),
          'max'
        ),
        ...one(
          'error_rate_5xx',
          marked(
            scope,
            status.map(({ server }) => server)
          ),
          'max'
        ),
      ],
      { adopts: false }
    ),
    id: `${family}/${requests}/errors`,
    probe: () => `group by (instance) (${withStatus('')} or ${withStatus(' offset 1h')})`,
  };
  return [rates, errors];
}

const SIZES = ['http_server_response_body_size_bytes', 'http_server_response_size_bytes', 'http_response_size_bytes'];

function responseSize(metric: string): FeatureSource {
  return hostSource(
    'http-server',
    [`${metric}_count`, `${metric}_sum`],
    `${metric}_count`,
    ({ rateSeconds }) => {
      const sum = sumBy(BY_INSTANCE, rate(`${metric}_sum`, rateSeconds));
      return one('avg_response_size', quotient(sum, sumBy(BY_INSTANCE, rate(`${metric}_count`, rateSeconds))), 'max');
    },
    { adopts: false }
  );
}

/** Metrics of hosts, best first. Access logs come before the requests of this list. */
export const HOST_SOURCES: readonly FeatureSource[] = [
  ...NODE_SOURCES,
  ...CADVISOR_SOURCES,
  ...KUBERNETES_SOURCES,
  hostSource('nginx-exporter', ['nginx_http_requests_total'], 'nginx_http_requests_total', (scope) =>
    one('request_rate', sumBy(BY_INSTANCE, rate('nginx_http_requests_total', scope.rateSeconds)))
  ),
  ...REQUEST_FAMILIES.filter(({ traced }) => !traced).flatMap(hostRequests),
  ...SIZES.map(responseSize),
];
