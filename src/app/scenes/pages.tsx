import type { ComponentType } from 'react';
import {
  EmbeddedScene,
  SceneApp,
  SceneAppPage,
  SceneControlsSpacer,
  SceneFlexItem,
  SceneFlexLayout,
  SceneQueryRunner,
  SceneReactObject,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VizPanel,
} from '@grafana/scenes';
import { AnomaliesPage } from '../pages/anomalies/AnomaliesPage.tsx';
import { IncidentsPage } from '../pages/incidents/IncidentsPage.tsx';
import { OverviewPage } from '../pages/overview/OverviewPage.tsx';
import { RcaPage } from '../pages/rca/RcaPage.tsx';
import { RunbooksPage } from '../pages/runbooks/RunbooksPage.tsx';
import { TopologyPage } from '../pages/topology/TopologyPage.tsx';
import { DATASOURCE_PLUGIN_ID, PAGE_PATHS, SCORE_PANEL_ID } from '../routes.ts';
import { WindowedContent, type WindowedProps } from './WindowedContent.tsx';

/** Keys of the RCA address that survive navigation inside of the app. */
const TIME_KEYS = ['from', 'to'];

/** The app as scenes: one page per place in the navigation. `datasourceUid` is the Causeway datasource, if there is one. */
export function createSceneApp(datasourceUid: string | undefined): SceneApp {
  const page = (
    title: string,
    key: 'overview' | 'incidents' | 'anomalies' | 'topology' | 'rca' | 'runbooks',
    subTitle: string,
    getScene: () => EmbeddedScene
  ) =>
    new SceneAppPage({
      title,
      subTitle,
      url: PAGE_PATHS[key],
      routePath: `${key}/*`,
      preserveUrlKeys: TIME_KEYS,
      getScene,
    });
  return new SceneApp({
    urlSyncOptions: { updateUrlOnInit: false, createBrowserHistorySteps: true },
    pages: [
      page('Overview', 'overview', 'What behaves strangely, and what is being done about it', () =>
        createOverview(datasourceUid)
      ),
      page('Incidents', 'incidents', 'What is or was wrong, since when, and who takes care of it', () =>
        createPlain(IncidentsPage)
      ),
      page('Anomalies', 'anomalies', 'What is strange, why, and whether the data can be trusted', () =>
        createWindowed(AnomaliesPage, true, 'now-3h')
      ),
      page('Topology', 'topology', 'Who calls whom, and how each service is', () => createWindowed(TopologyPage, true)),
      page('Root cause', 'rca', 'What started it, and how do we know', () => createWindowed(RcaPage, false)),
      page(
        'Runbooks and approvals',
        'runbooks',
        'Decisions that wait for a person, and what became of the others',
        () => createPlain(RunbooksPage)
      ),
    ],
  });
}

function createControls(withRefresh: boolean) {
  const picker = new SceneTimePicker({ isOnCanvas: true });
  return [
    new SceneControlsSpacer(),
    picker,
    ...(withRefresh ? [new SceneRefreshPicker({ isOnCanvas: true, withText: true })] : []),
  ];
}

function createWindowed(content: ComponentType<WindowedProps>, withRefresh: boolean, from = 'now-1h'): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from, to: 'now' }),
    controls: createControls(withRefresh),
    body: new WindowedContent({ content }),
  });
}

/** A page without a time picker. */
function createPlain(component: ComponentType): EmbeddedScene {
  return new EmbeddedScene({ body: new SceneReactObject({ component }) });
}

function createOverview(datasourceUid: string | undefined): EmbeddedScene {
  const panels =
    datasourceUid === undefined ? [] : [new SceneFlexItem({ minHeight: 320, body: createScorePanel(datasourceUid) })];
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    controls: createControls(true),
    body: new SceneFlexLayout({
      direction: 'column',
      children: [
        new SceneFlexItem({ ySizing: 'content', body: new WindowedContent({ content: OverviewPage }) }),
        ...panels,
      ],
    }),
  });
}

function createScorePanel(datasourceUid: string) {
  return new VizPanel({
    pluginId: SCORE_PANEL_ID,
    title: 'Anomaly score per service',
    description: '0 to 1. Warning from 0.70, alert from 0.80, critical from 0.90. A gap means unknown, not normal.',
    options: { showBand: true, shadeFrom: 'alert', showLegend: true },
    $data: new SceneQueryRunner({
      datasource: { uid: datasourceUid, type: DATASOURCE_PLUGIN_ID },
      queries: [{ refId: 'A', queryType: 'anomaly-score' }],
      maxDataPoints: 400,
    }),
  });
}
