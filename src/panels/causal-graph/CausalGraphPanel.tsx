import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2, LoadingState as DataState, type PanelProps } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { type ServiceName, toRcaUrl } from '#model';
import { describeReading, EmptyState, ErrorState, LoadingState, ServiceGraphView, TEST_IDS } from '#ui';
import { type FrameTopology, toTopology } from './topology-frames.ts';

/** The service graph of a dashboard: the same view as on the Topology page. */
export function CausalGraphPanel({ data, width, height, timeRange }: PanelProps) {
  const topology = useMemo(() => toTopology(data.series, timeRange.to.valueOf()), [data.series, timeRange.to]);
  const [error] = data.errors ?? [];
  return (
    <div style={{ width, height, overflow: 'auto' }} data-testid={TEST_IDS.panel.causalGraph}>
      {topology && topology.graph.nodes.length > 0 ? (
        <Graph topology={topology} from={String(timeRange.from.valueOf())} to={String(timeRange.to.valueOf())} />
      ) : (
        <Nothing loading={data.state === DataState.Loading} error={error?.message} />
      )}
    </div>
  );
}

function Graph({
  topology,
  from,
  to,
}: {
  readonly topology: FrameTopology;
  readonly from: string;
  readonly to: string;
}) {
  const styles = useStyles2(getStyles);
  const [selected, setSelected] = useState<ServiceName>();
  const state = topology.services.find(({ service }) => service === selected);
  const detail =
    selected === undefined ? undefined : (
      <div className={styles.detail}>
        <strong>{selected}</strong>
        <span>{describeReading(state?.reading)}</span>
        <TextLink href={toRcaUrl({ service: selected, from, to })}>Find the root cause</TextLink>
      </div>
    );
  return (
    <ServiceGraphView
      graph={topology.graph}
      services={topology.services}
      selected={selected}
      onSelect={setSelected}
      detail={detail}
      layout="panel"
    />
  );
}

function Nothing({ loading, error }: { readonly loading: boolean; readonly error: string | undefined }) {
  if (loading) {
    return <LoadingState label="Reading the topology" />;
  }
  if (error !== undefined) {
    return (
      <ErrorState
        problem={{
          source: 'Data source',
          message: error,
          remedy: 'Open the query inspector for the whole answer, then check the data source settings.',
        }}
      />
    );
  }
  return (
    <EmptyState title="No topology">
      This panel shows queries of type “Topology” of a Causeway data source. There is none, or no calls were seen in
      this time range.
    </EmptyState>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ detail: css({ display: 'grid', gap: theme.spacing(1) }) });
