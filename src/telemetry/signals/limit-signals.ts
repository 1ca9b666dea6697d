import type { Labels } from '#model';
import { JOB_NAME, WORKLOAD, withJobName, withWorkload } from '../features/identity.ts';
import { maxBy, quotient, sumBy } from '../promql/expressions.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import { ownedByInstance, toHostName } from './owner.ts';
import type { SignalOwner, SignalQuery, SignalScope } from './signal-query.ts';

const NAMED = ['service_name', 'service', WORKLOAD, JOB_NAME];
const PER_CLAIM = ['namespace', 'persistentvolumeclaim'];
const PER_CONTAINER = ['namespace', 'pod', 'container'];
/** File systems in memory, read-only images and layers of containers: they are full by design or counted elsewhere. */
const REAL_FILE_SYSTEMS: Matcher = {
  label: 'fstype',
  unlike: 'tmpfs|ramfs|devtmpfs|overlay|squashfs|iso9660|fuse.*|nsfs',
};

/** Adds the name of the host to series of its node exporter, where it is known. */
function withHostName(vector: string): string {
  const names = 'group by (instance, nodename) (node_uname_info)';
  return `${vector} * on (instance) group_left (nodename) ${names} or ${vector} unless on (instance) ${names}`;
}

function ofHost(suffixLabel?: string): (labels: Labels) => SignalOwner | undefined {
  return (labels) => {
    const service = labels['nodename'] || toHostName(labels['instance'] ?? '');
    const suffix = suffixLabel === undefined ? undefined : labels[suffixLabel];
    return service === '' ? undefined : { service, ...(suffix ? { suffix } : {}) };
  };
}

function fileSystems(): string {
  const size = selector('node_filesystem_size_bytes', [REAL_FILE_SYSTEMS]);
  const by = ['instance', 'mountpoint'];
  const free = quotient(maxBy(by, selector('node_filesystem_avail_bytes', [REAL_FILE_SYSTEMS])), maxBy(by, size));
  return withHostName(`clamp_min(1 - ${free}, 0)`);
}

/** A claim belongs to the workload that mounts it; of several the first by value, so that it has one owner. */
function volumes(scope: SignalScope): string {
  const place = inNamespace(scope.namespace);
  const used = quotient(
    maxBy(PER_CLAIM, selector('kubelet_volume_stats_used_bytes', place)),
    maxBy(PER_CLAIM, selector('kubelet_volume_stats_capacity_bytes', place))
  );
  const mounts = withWorkload(selector('kube_pod_spec_volumes_persistentvolumeclaims_info', place));
  const owner = `topk by (${PER_CLAIM.join(', ')}) (1, group by (${[...PER_CLAIM, WORKLOAD].join(', ')}) (${mounts}))`;
  const on = `on (${PER_CLAIM.join(', ')})`;
  return `(${used}) * ${on} group_left (${WORKLOAD}) ${owner} or (${used}) unless ${on} ${owner}`;
}

function ofClaim(labels: Labels): SignalOwner | undefined {
  const claim = labels['persistentvolumeclaim'];
  return claim ? { service: labels[WORKLOAD] || claim, suffix: `volume/${claim}` } : undefined;
}

/** With a namespace only its own processes: every exporter and the monitoring itself report theirs too. */
function processDescriptors(scope: SignalScope): string {
  const place = inNamespace(scope.namespace);
  const used = quotient(selector('process_open_fds', place), selector('process_max_fds', place));
  return maxBy(NAMED, withJobName(withWorkload(`(${used})`)));
}

function ofProcess(labels: Labels): SignalOwner | undefined {
  const service = NAMED.map((label) => labels[label]).find((name) => name !== undefined && name !== '');
  return service === undefined ? undefined : { service, suffix: 'process' };
}

function memoryOfLimit(scope: SignalScope): string {
  const containers = [...inNamespace(scope.namespace), { label: 'container', notEquals: '' }];
  const limits = selector('kube_pod_container_resource_limits', [
    ...containers,
    { label: 'resource', equals: 'memory' },
  ]);
  const used = maxBy(PER_CONTAINER, selector('container_memory_working_set_bytes', containers));
  return maxBy(['container'], quotient(used, maxBy(PER_CONTAINER, limits)));
}

const POOL = 'db_client_connection_pool_name';

function connectionPools(): string {
  const by = ['service_name', POOL];
  const used = selector('db_client_connection_count', [{ label: 'db_client_connection_state', equals: 'used' }]);
  return quotient(sumBy(by, used), sumBy(by, 'db_client_connection_max'));
}

function ofPool(labels: Labels): SignalOwner | undefined {
  const service = labels['service_name'];
  const suffix = labels[POOL];
  return service ? { service, ...(suffix ? { suffix } : {}) } : undefined;
}

const COMMON = { unit: 'ratio', harm: 'up', optional: true } as const;

/**
 * How much of a limit is used, 0 to 1, where metrics tell the limit: what saturation can be forecast from, beside
 * memory, pools and stores. Few systems have all of them, so that missing ones are no gap.
 */
export const LIMIT_SIGNALS: readonly SignalQuery[] = [
  {
    ...COMMON,
    id: 'file-system-utilisation',
    kind: 'disk-utilisation',
    build: fileSystems,
    owner: ofHost('mountpoint'),
  },
  { ...COMMON, id: 'volume-utilisation', kind: 'disk-utilisation', build: volumes, owner: ofClaim },
  {
    ...COMMON,
    id: 'host-descriptor-utilisation',
    kind: 'descriptor-utilisation',
    build: () =>
      withHostName(
        `(${quotient(maxBy(['instance'], 'node_filefd_allocated'), maxBy(['instance'], 'node_filefd_maximum'))})`
      ),
    owner: ofHost(),
  },
  {
    ...COMMON,
    id: 'process-descriptor-utilisation',
    kind: 'descriptor-utilisation',
    build: processDescriptors,
    owner: ofProcess,
  },
  {
    ...COMMON,
    id: 'memory-utilisation-of-resource-limit',
    kind: 'memory-utilisation',
    build: memoryOfLimit,
    owner: ({ container }) => (container ? { service: container } : undefined),
  },
  { ...COMMON, id: 'pool-utilisation-stable', kind: 'pool-utilisation', build: connectionPools, owner: ofPool },
  {
    ...COMMON,
    id: 'redis-connections',
    kind: 'pool-utilisation',
    build: () =>
      quotient(maxBy(['instance'], 'redis_connected_clients'), maxBy(['instance'], 'redis_config_maxclients')),
    owner: ownedByInstance({ suffix: 'connections' }),
  },
];
