import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelData } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import {
  EmbeddedScene,
  SceneControlsSpacer,
  SceneQueryRunner,
  SceneTimePicker,
  SceneTimeRange,
  sceneGraph,
  VizPanel,
} from '@grafana/scenes';
import { Button, LinkButton, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import { listLinks } from '../services/extension-links.ts';
import { PluginPage } from '../shell/PluginPage.tsx';
import { useRegisteredLinks } from '../shell/use-links.ts';
import { type ExploreQuery, parseExploreAddress, toExploreAddress } from './explore-address.ts';
import { ResourceRows } from './ResourceRows.tsx';

const POINT = 'grafana/explore/toolbar/action';
const PANELS: Readonly<Record<string, string>> = { prometheus: 'timeseries', loki: 'logs', tempo: 'table' };
const listSources = () => Object.values(config.datasources).filter(({ type }) => PANELS[type] !== undefined);

/** Stands in for Explore: one query, its answer, and what plugins add to the toolbar and to resource attributes. */
export function ExplorePage() {
  const { search } = useLocation();
  const query = useMemo((): ExploreQuery => {
    const usual = { datasource: listSources()[0]?.uid ?? '', text: '', from: 'now-1h', to: 'now' };
    return { ...usual, ...parseExploreAddress(search) };
  }, [search]);
  return (
    <PluginPage pageNav={{ text: 'Explore' }} subTitle="A small page that stands in for Explore: one query at a time.">
      <QueryForm key={search} query={query} />
      {query.text !== '' && <Answer key={toExploreAddress(query)} query={query} />}
    </PluginPage>
  );
}

function QueryForm({ query }: { readonly query: ExploreQuery }) {
  const styles = useStyles2(getStyles);
  const [datasource, setDatasource] = useState(query.datasource);
  const [text, setText] = useState(query.text);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        locationService.push(toExploreAddress({ ...query, datasource, text }));
      }}
    >
      <label>
        Data source{' '}
        <select
          className={styles.input}
          data-testid="demo-explore-source"
          value={datasource}
          onChange={(event) => setDatasource(event.target.value)}
        >
          {listSources().map(({ uid, name }) => (
            <option key={uid} value={uid}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.query}>
        Query{' '}
        <textarea
          className={styles.input}
          rows={2}
          data-testid="demo-explore-query"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <Button type="submit" data-testid="demo-explore-run">
        Run query
      </Button>
    </form>
  );
}

interface Built {
  readonly scene: EmbeddedScene;
  readonly runner: SceneQueryRunner;
  readonly type: string;
}

function build({ datasource, text, from, to }: ExploreQuery): Built {
  const type = listSources().find(({ uid }) => uid === datasource)?.type ?? 'prometheus';
  const runner = new SceneQueryRunner({
    datasource: { uid: datasource, type },
    queries: [
      { refId: 'A', datasource: { uid: datasource, type }, ...(type === 'tempo' ? { query: text } : { expr: text }) },
    ],
    maxDataPoints: 400,
  });
  const scene = new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from, to }),
    $data: runner,
    controls: [new SceneControlsSpacer(), new SceneTimePicker({ isOnCanvas: true })],
    body: new VizPanel({ pluginId: PANELS[type] ?? 'timeseries', title: 'Answer' }),
  });
  return { scene, runner, type };
}

function Answer({ query }: { readonly query: ExploreQuery }) {
  const styles = useStyles2(getStyles);
  const { scene, runner, type } = useMemo(() => build(query), [query]);
  const { data } = runner.useState();
  return (
    <div className={styles.answer} data-testid="demo-explore-answer">
      <Toolbar runner={runner} data={data} />
      <div className={styles.panel}>
        <scene.Component model={scene} />
      </div>
      {type !== 'prometheus' && data && (
        <ResourceRows
          kind={type === 'loki' ? 'logs' : 'traces'}
          data={data}
          datasource={{ type, uid: query.datasource }}
        />
      )}
    </div>
  );
}

function Toolbar({ runner, data }: { readonly runner: SceneQueryRunner; readonly data: PanelData | undefined }) {
  const styles = useStyles2(getStyles);
  const plugins = useRegisteredLinks();
  const { value: range } = sceneGraph.getTimeRange(runner).useState();
  const links = listLinks(plugins, POINT, {
    exploreId: 'a',
    targets: runner.state.queries,
    data,
    timeRange: range.raw,
    timeZone: 'browser',
    shouldShowAddCorrelation: false,
  });
  return (
    <div role="toolbar" aria-label="What plugins add" className={styles.toolbar} data-testid="demo-explore-toolbar">
      {links.map(({ title, description, path }) => (
        <LinkButton key={title} href={path} variant="secondary" size="sm" icon="sitemap" tooltip={description}>
          {title}
        </LinkButton>
      ))}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1.5) }),
    query: css({ flex: '1 1 300px' }),
    input: css({
      display: 'block',
      width: '100%',
      minHeight: theme.spacing(4),
      padding: theme.spacing(0.5, 1),
      color: theme.colors.text.primary,
      background: theme.components.input.background,
      border: `1px solid ${theme.components.input.borderColor}`,
      borderRadius: theme.shape.radius.default,
      fontFamily: theme.typography.fontFamilyMonospace,
    }),
    answer: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), marginTop: theme.spacing(2) }),
    toolbar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), minHeight: theme.spacing(3) }),
    panel: css({ display: 'flex', flexDirection: 'column', minHeight: 380 }),
  };
}
