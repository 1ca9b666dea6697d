import React, { useCallback } from 'react';
import { EmptyState, ProblemList, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { NoDatasource } from '../../NoDatasource.tsx';
import { PageFrame } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { toProblems } from '../overview/source-problems.ts';
import { TopologyGraph } from './TopologyGraph.tsx';
import { useTopologyAddress } from './use-topology-address.ts';

const POLL_MS = 15_000;

/** The service graph of the chosen time range: now, at any instant of it, and against another time. */
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
  const [address, setAddress] = useTopologyAddress();
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
              The graph is made of service-graph metrics (traces_service_graph_request_total), of spans and of what a
              topology file declares. Choose a longer time range, or check that Tempo’s metrics-generator writes to this
              Prometheus.
            </EmptyState>
          ) : (
            <TopologyGraph
              backend={backend}
              newest={answer}
              fromMs={fromMs}
              toMs={toMs}
              live={live}
              address={address}
              onAddress={setAddress}
            />
          )}
        </>
      )}
    </Reading>
  );
}
