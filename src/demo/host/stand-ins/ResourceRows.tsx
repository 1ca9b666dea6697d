import type { PanelData } from '@grafana/data';
import { TextLink } from '@grafana/ui';
import { listLinks } from '../services/extension-links.ts';
import { useRegisteredLinks } from '../shell/use-links.ts';
import { listResources } from './resource-attributes.ts';

const POINTS = {
  logs: 'grafana/logsview/resource-attributes',
  traces: 'grafana/traceview/resource-attributes',
} as const;

/** Stands in for the details of log lines and spans: their attributes, with what plugins add to a row. */
export function ResourceRows(props: {
  readonly kind: 'logs' | 'traces';
  readonly data: PanelData;
  readonly datasource: { readonly type: string; readonly uid: string };
}) {
  const plugins = useRegisteredLinks();
  const { kind, data, datasource } = props;
  const { from, to } = data.timeRange;
  return (
    <section aria-label="Resource attributes" data-testid="demo-resources">
      <h2>Resource attributes</h2>
      {listResources(kind, data.series).map((attributes) => {
        const timeRange = { from: from.valueOf(), to: to.valueOf() };
        const links = listLinks(plugins, POINTS[kind], { attributes, timeRange, datasource });
        return (
          <dl key={attributes['service.name']?.[0]}>
            {Object.entries(attributes).map(([name, values]) => (
              <div key={name} data-attribute={name}>
                <dt>{name}</dt>
                <dd>
                  {values.join(', ')}{' '}
                  {links
                    .filter(({ category }) => category === name)
                    .map(({ title, path }) => (
                      <TextLink key={title} href={path}>
                        {title}
                      </TextLink>
                    ))}
                </dd>
              </div>
            ))}
          </dl>
        );
      })}
    </section>
  );
}
