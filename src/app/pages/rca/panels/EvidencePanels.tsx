import React, { useMemo, useState } from 'react';
import {
  EmbeddedScene,
  SceneControlsSpacer,
  SceneCSSGridItem,
  SceneCSSGridLayout,
  SceneDataTransformer,
  SceneQueryRunner,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VizPanel,
  VizPanelMenu,
} from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { map } from 'rxjs';
import type { Evidence, TimeWindow } from '#model';
import { tableStyles, TEST_IDS } from '#ui';
import { type ExploreSources, toExploreUrl } from '../../../api/explore-url.ts';
import { PANEL_TEXTS as T } from '../rca-texts.ts';
import { keepService } from './keep-service.ts';
import { type PanelQuery, toPanelQueries } from './panel-queries.ts';

/** Room beside the window, so that its edges are seen. */
const MARGIN = 0.25;

interface PanelsProps {
  readonly evidence: readonly Evidence[];
  readonly window: TimeWindow;
  readonly sources: ExploreSources;
}

/** The queries of the evidence as panels over the person's own datasources; read when they are opened. */
export function EvidencePanels(props: PanelsProps) {
  const styles = useStyles2(tableStyles);
  const [open, setOpen] = useState(false);
  const { panels, more } = toPanelQueries(props.evidence, props.sources);
  if (panels.length === 0) {
    return <p className={styles.muted}>{T.none}</p>;
  }
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} data-testid={TEST_IDS.rca.panels}>
      <summary>{T.open}</summary>
      <p className={styles.muted}>
        {T.hint} {more > 0 && T.more(more)}
      </p>
      {open && <Panels {...props} />}
    </details>
  );
}

function Panels({ evidence, window, sources }: PanelsProps) {
  const scene = useMemo(
    () => createScene(toPanelQueries(evidence, sources).panels, { evidence, window, sources }),
    [evidence, window, sources]
  );
  return <scene.Component model={scene} />;
}

function createScene(panels: readonly PanelQuery[], { evidence, window, sources }: PanelsProps): EmbeddedScene {
  const margin = (window.toMs - window.fromMs) * MARGIN;
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({
      from: new Date(window.fromMs - margin).toISOString(),
      to: new Date(window.toMs + margin).toISOString(),
    }),
    controls: [
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({ isOnCanvas: true, withText: true }),
    ],
    body: new SceneCSSGridLayout({
      templateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
      autoRows: '280px',
      isLazy: true,
      children: panels.map((panel) => {
        const item = evidence.find(({ number }) => number === panel.number);
        return new SceneCSSGridItem({ body: createPanel(panel, item && toExploreUrl(item, sources)) });
      }),
    }),
  });
}

function createPanel({ title, pluginId, datasource, query, service }: PanelQuery, href: string | undefined): VizPanel {
  return new VizPanel({
    title,
    pluginId,
    description: String(query['expr'] ?? query['query'] ?? ''),
    $data: new SceneDataTransformer({
      $data: new SceneQueryRunner({ datasource, queries: [query], maxDataPoints: 400 }),
      transformations: [() => (source) => source.pipe(map((frames) => keepService(frames, service)))],
    }),
    ...(href === undefined
      ? {}
      : { menu: new VizPanelMenu({ items: [{ text: T.explore, iconClassName: 'compass', href }] }) }),
  });
}
