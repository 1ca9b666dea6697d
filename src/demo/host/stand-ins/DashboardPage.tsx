import type { PanelMenuItem } from '@grafana/data';
import {
  EmbeddedScene,
  SceneControlsSpacer,
  SceneFlexItem,
  SceneFlexLayout,
  SceneQueryRunner,
  SceneTimePicker,
  SceneTimeRange,
  sceneGraph,
  VizPanel,
  VizPanelMenu,
} from '@grafana/scenes';
import { useMemo } from 'react';
import { listLinks } from '../services/extension-links.ts';
import { loadLinks } from '../services/load-links.ts';
import { PluginPage } from '../shell/PluginPage.tsx';
import { toExploreAddress } from './explore-address.ts';

const POINT = 'grafana/dashboard/panel/menu';
const DASHBOARD = { uid: 'shop', title: 'Shop', tags: ['demo'] };
const SOURCE = { uid: 'prom', type: 'prometheus' };
const PANELS = [
  {
    title: 'Requests of checkout',
    expr: 'sum by (service) (rate(traces_spanmetrics_calls_total{service="checkout"}[1m]))',
  },
  { title: 'Requests of all services', expr: 'sum by (service) (rate(traces_spanmetrics_calls_total[1m]))' },
] as const;

/** Stands in for a dashboard: panels with the menu that plugins add to. */
export function DashboardPage() {
  const scene = useMemo(() => createScene(), []);
  return (
    <PluginPage
      pageNav={{ text: 'Shop' }}
      subTitle="A small page that stands in for a dashboard: its panels have the menus of Grafana’s."
    >
      <scene.Component model={scene} />
    </PluginPage>
  );
}

function createScene(): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-30m', to: 'now' }),
    controls: [new SceneControlsSpacer(), new SceneTimePicker({ isOnCanvas: true })],
    body: new SceneFlexLayout({
      direction: 'column',
      children: PANELS.map(({ title, expr }) => new SceneFlexItem({ minHeight: 280, body: createPanel(title, expr) })),
    }),
  });
}

function createPanel(title: string, expr: string): VizPanel {
  const queries = [{ refId: 'A', datasource: SOURCE, expr, legendFormat: '{{service}}' }];
  const menu = new VizPanelMenu({ items: [] });
  const panel = new VizPanel({
    pluginId: 'timeseries',
    title,
    menu,
    $data: new SceneQueryRunner({ datasource: SOURCE, queries, maxDataPoints: 400 }),
  });
  // The menu is built when it is opened: what plugins offer depends on what the panel shows then.
  menu.addActivationHandler(() => {
    void fillMenu(menu, panel, queries);
  });
  return panel;
}

async function fillMenu(
  menu: VizPanelMenu,
  panel: VizPanel,
  queries: readonly { readonly expr: string }[]
): Promise<void> {
  const { raw } = sceneGraph.getTimeRange(panel).state.value;
  const links = listLinks(await loadLinks(), POINT, {
    pluginId: panel.state.pluginId,
    id: 1,
    title: panel.state.title,
    timeRange: raw,
    timeZone: 'browser',
    dashboard: DASHBOARD,
    targets: queries,
    data: sceneGraph.getData(panel).state.data,
  });
  const explore = toExploreAddress({
    datasource: SOURCE.uid,
    text: queries[0]?.expr ?? '',
    from: String(raw.from.valueOf()),
    to: String(raw.to.valueOf()),
  });
  const items: PanelMenuItem[] = [
    { text: 'Explore', iconClassName: 'compass', href: explore },
    ...links.map(({ title, path }) => ({ text: title, iconClassName: 'sitemap' as const, href: path })),
  ];
  menu.setItems(items);
}
