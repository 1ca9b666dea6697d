import type { PluginExtensionAddedLinkConfig } from '@grafana/data';
import { toRcaUrl } from '#model';
import { PAGE_PATHS } from '../routes.ts';
import { toRcaTarget } from './context.ts';

const GROUP = { name: 'Causeway', icon: 'sitemap' } as const;

/** Shows the link only where a service can be named, and carries the time range along. */
function configureRcaLink(context: unknown): { path: string } | undefined {
  const target = toRcaTarget(context);
  return target ? { path: toRcaUrl(target) } : undefined;
}

/** Links into the app; each has its twin in plugin.json. Target strings are Grafana's extension point ids. */
export const linkConfigs: readonly PluginExtensionAddedLinkConfig[] = [
  {
    targets: ['grafana/dashboard/panel/menu', 'grafana/explore/toolbar/action'],
    title: 'Investigate in Causeway',
    description: 'Open root-cause analysis for the service and time range of this query',
    group: GROUP,
    path: PAGE_PATHS.rca,
    configure: configureRcaLink,
  },
  {
    targets: ['grafana/traceview/resource-attributes', 'grafana/logsview/resource-attributes'],
    title: 'Root cause of this service',
    description: 'Open root-cause analysis for this service',
    // These two points place a link by the name of the attribute, older versions by `category`.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    category: 'service.name',
    group: { name: 'service.name', icon: 'sitemap' },
    path: PAGE_PATHS.rca,
    configure: configureRcaLink,
  },
  {
    targets: ['grafana/alerting/instance/action', 'grafana/alerting/alertingrule/action'],
    title: 'Investigate alert in Causeway',
    description: 'Open root-cause analysis for the service of this alert',
    group: GROUP,
    path: PAGE_PATHS.rca,
    configure: configureRcaLink,
  },
  {
    targets: ['grafana/commandpalette/action'],
    title: 'Causeway: services by anomaly',
    description: 'Open the Causeway overview',
    path: PAGE_PATHS.overview,
  },
  {
    targets: ['grafana/commandpalette/action'],
    title: 'Causeway: incidents',
    description: 'Open the incidents, with who takes care of them',
    path: PAGE_PATHS.incidents,
  },
  {
    targets: ['grafana/commandpalette/action'],
    title: 'Causeway: find a root cause',
    description: 'Choose a service and a time, and let Causeway look for the cause',
    path: PAGE_PATHS.rca,
  },
];
