import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import {
  type Field,
  formattedValueToString,
  getDisplayProcessor,
  type GrafanaTheme2,
  LoadingState as DataState,
  type PanelProps,
} from '@grafana/data';
import { TextLink, useStyles2, useTheme2 } from '@grafana/ui';
import { type ServiceName, toRcaUrl } from '#model';
import {
  describeReading,
  EmptyState,
  ErrorState,
  type GraphChoice,
  LoadingState,
  ServiceGraphView,
  TEST_IDS,
} from '#ui';
import type { FrameLook } from './frame-rows.ts';
import type { FrameTopology } from './frame-topology.ts';
import type { GraphPanelOptions } from './panel-options.ts';
import { readTopology } from './topology-frames.ts';

/** The service graph of a dashboard: the same view as on the Topology page, for node graphs of any data source. */
export function CausalGraphPanel({ data, width, height, timeRange, options }: PanelProps<GraphPanelOptions>) {
  const theme = useTheme2();
  const reading = useMemo(
    () => readTopology(data.series, timeRange.to.valueOf(), toLook(theme)),
    [data.series, timeRange.to, theme]
  );
  const [error] = data.errors ?? [];
  return (
    <div style={{ width, height, overflow: 'auto' }} data-testid={TEST_IDS.panel.causalGraph}>
      {reading.kind === 'graph' ? (
        <Graph
          key={options.groupBy}
          topology={reading.topology}
          remarks={reading.remarks}
          groupBy={options.groupBy}
          from={String(timeRange.from.valueOf())}
          to={String(timeRange.to.valueOf())}
        />
      ) : (
        <Nothing
          loading={data.state === DataState.Loading}
          error={error?.message}
          problems={reading.kind === 'unusable' ? reading.problems : undefined}
        />
      )}
    </div>
  );
}

function toLook(theme: GrafanaTheme2): FrameLook {
  const palette = theme.visualization.palette;
  return {
    format: (field: Field, value: unknown) =>
      formattedValueToString((field.display ?? getDisplayProcessor({ field, theme }))(value)),
    color: (name) => {
      const section = /^section (\d+)$/.exec(name);
      const chosen = section ? (palette[Number(section[1]) % palette.length] ?? 'gray') : name;
      return theme.visualization.getColorByName(chosen);
    },
  };
}

function Graph(props: {
  readonly topology: FrameTopology;
  readonly remarks: readonly string[];
  readonly groupBy: GraphPanelOptions['groupBy'] | undefined;
  readonly from: string;
  readonly to: string;
}) {
  const { topology, remarks, groupBy } = props;
  const { graph, services, foreign } = topology;
  const styles = useStyles2(getStyles);
  const [selected, setSelected] = useState<ServiceName>();
  const [choice, setChoice] = useState<GraphChoice>(groupBy === 'namespace' || groupBy === 'team' ? { groupBy } : {});
  const detail = selected === undefined ? undefined : <Detail name={selected} {...props} />;
  return (
    <div className={styles.panel}>
      {remarks.length > 0 && (
        <ul className={styles.remarks} aria-label="What is missing" data-testid={TEST_IDS.panel.notice}>
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      <ServiceGraphView
        graph={graph}
        services={services}
        foreign={foreign}
        selected={selected}
        onSelect={setSelected}
        choice={choice}
        onChoice={setChoice}
        detail={detail}
        layout="panel"
      />
    </div>
  );
}

function Detail(props: {
  readonly name: ServiceName;
  readonly topology: FrameTopology;
  readonly from: string;
  readonly to: string;
}) {
  const { name, topology, from, to } = props;
  const styles = useStyles2(getStyles);
  const foreign = topology.foreign?.nodes.get(name);
  if (foreign) {
    const stats = [foreign.subtitle, foreign.mainText, foreign.secondaryText].filter((text) => text !== '');
    return (
      <div className={styles.detail}>
        <strong>{foreign.title}</strong>
        {stats.length > 0 && <span>{stats.join(', ')}</span>}
        <dl className={styles.list}>
          {foreign.details.map(([label, text]) => (
            <React.Fragment key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </React.Fragment>
          ))}
          {foreign.arcs.map(({ label, share }) => (
            <React.Fragment key={`arc ${label}`}>
              <dt>{label}</dt>
              <dd>{Math.round(share * 100)} %</dd>
            </React.Fragment>
          ))}
        </dl>
      </div>
    );
  }
  const state = topology.services.find(({ service }) => service === name);
  return (
    <div className={styles.detail}>
      <strong>{name}</strong>
      <span>{describeReading(state?.reading)}</span>
      <TextLink href={toRcaUrl({ service: name, from, to })}>Find the root cause</TextLink>
    </div>
  );
}

function Nothing(props: {
  readonly loading: boolean;
  readonly error: string | undefined;
  readonly problems: readonly string[] | undefined;
}) {
  if (props.loading) {
    return <LoadingState label="Reading the topology" />;
  }
  if (props.error !== undefined) {
    return (
      <ErrorState
        problem={{
          source: 'Data source',
          message: props.error,
          remedy: 'Open the query inspector for the whole answer, then check the data source settings.',
        }}
      />
    );
  }
  if (props.problems) {
    return (
      <EmptyState title="The data are no node graph">
        {props.problems.join(' ')} Use a query of type “Topology” of a Causeway data source, or one that gives Grafana’s
        node graph format.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No topology">
      This panel shows queries of type “Topology” of a Causeway data source, and node graphs of other data sources.
      There is none, or no calls were seen in this time range.
    </EmptyState>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), height: '100%', minHeight: 0 }),
  remarks: css({
    margin: 0,
    padding: theme.spacing(0.5, 1, 0.5, 3),
    borderLeft: `3px solid ${theme.colors.warning.border}`,
    background: theme.colors.background.secondary,
  }),
  detail: css({ display: 'grid', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
  list: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    gap: theme.spacing(0.25, 1.5),
    margin: 0,
    '& dt': { color: theme.colors.text.secondary },
    '& dd': { margin: 0 },
  }),
});
