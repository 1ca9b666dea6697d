import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import { type ServiceName, toRcaUrl } from '#model';
import { AnomalyBadge, describeSignal, EmptyState, KIND_LABELS, ProblemList, ServiceGraphView, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { NoDatasource } from '../../NoDatasource.tsx';
import { PageFrame } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { toProblems } from '../overview/source-problems.ts';

const POLL_MS = 15_000;

/** The service graph of the chosen time range with the state of every service. */
export function TopologyPage({ range }: WindowedProps) {
  const { backend } = useClients();
  return (
    <PageFrame testId={TEST_IDS.page.topology} grow>
      {backend ? <Topology backend={backend} range={range} /> : <NoDatasource />}
    </PageFrame>
  );
}

function Topology({ backend, range }: { readonly backend: BackendClient } & WindowedProps) {
  const fromMs = range.from.valueOf();
  const toMs = range.to.valueOf();
  const live = typeof range.raw.to === 'string' && range.raw.to.startsWith('now');
  const load = useCallback(
    (signal: AbortSignal) => {
      const end = live ? Date.now() : toMs;
      return backend.topology({ fromMs: end - (toMs - fromMs), toMs: end }, signal);
    },
    [backend, fromMs, toMs, live]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading the topology">
      {(answer) => (
        <>
          <ProblemList problems={toProblems(answer.problems)} />
          {answer.graph.nodes.length === 0 ? (
            <EmptyState title="No services were seen in this time range">
              The graph is made of service-graph metrics (traces_service_graph_request_total). Choose a longer time
              range, or check that Tempo’s metrics-generator writes to this Prometheus.
            </EmptyState>
          ) : (
            <Graph answer={answer} range={range} />
          )}
        </>
      )}
    </Reading>
  );
}

function Graph({ answer, range }: { readonly answer: TopologyAnswer } & WindowedProps) {
  const [selected, setSelected] = useState<ServiceName>();
  const detail = selected === undefined ? undefined : <ServiceDetail name={selected} answer={answer} range={range} />;
  return (
    <ServiceGraphView
      graph={answer.graph}
      services={answer.services}
      selected={selected}
      onSelect={setSelected}
      detail={detail}
    />
  );
}

function ServiceDetail({
  name,
  answer,
  range,
}: { readonly name: ServiceName; readonly answer: TopologyAnswer } & WindowedProps) {
  const styles = useStyles2(getStyles);
  const node = answer.graph.nodes.find((item) => item.name === name);
  const state = answer.services.find((item) => item.service === name);
  const href = toRcaUrl({ service: name, from: String(range.from.valueOf()), to: String(range.to.valueOf()) });
  return (
    <div className={styles.detail}>
      <h3 className={styles.title}>{name}</h3>
      {node && <div>{KIND_LABELS[node.kind]}</div>}
      <div>
        <AnomalyBadge reading={state?.reading} />
      </div>
      <ul className={styles.signals}>
        {(state?.signals ?? []).map((signal) => (
          <li key={signal.signalId}>{describeSignal(signal)}</li>
        ))}
      </ul>
      <LinkButton href={href} icon="search" variant="primary" size="sm">
        Find the root cause
      </LinkButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  detail: css({ display: 'grid', gap: theme.spacing(1), justifyItems: 'start' }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  signals: css({ margin: 0, paddingLeft: theme.spacing(2) }),
});
