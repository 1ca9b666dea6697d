import React, { useCallback, useState } from 'react';
import { useToggle } from './use-toggle.ts';
import type { BlastRadiusAnswer, TopologyAnswer } from '#contracts';
import type { ServiceName } from '#model';
import { EmptyState, type GraphChoice, ServiceGraphView, TEST_IDS } from '#ui';
import type { BackendClient } from '../api/backend-client.ts';
import { useClients } from '../api/clients.ts';
import { describeAffected } from '../pages/topology/affected-text.ts';
import { Reading } from '../Reading.tsx';
import { usePolling } from '../use-polling.ts';

const POLL_MS = 60_000;
const WINDOW_MS = 15 * 60_000;
/** Above this many services only the surroundings are drawn. */
const WHOLE_GRAPH = 60;

/** Who would feel an action on a service: on the graph and in words. Read when it is opened. */
export function BlastRadius({ service }: { readonly service: ServiceName }) {
  const { backend } = useClients();
  const [open, onToggle] = useToggle();
  if (!backend) {
    return null;
  }
  return (
    <details onToggle={onToggle} data-testid={TEST_IDS.plan.impact}>
      <summary>Who feels it: {service} on the graph</summary>
      {open && <Loaded backend={backend} service={service} />}
    </details>
  );
}

function Loaded({ backend, service }: { readonly backend: BackendClient; readonly service: ServiceName }) {
  const load = useCallback(
    async (signal: AbortSignal) => {
      const toMs = Date.now();
      const topology = await backend.topology({ fromMs: toMs - WINDOW_MS, toMs }, signal);
      const known = topology.graph.nodes.some(({ name }) => name === service);
      return { topology, radius: known ? await backend.blastRadius(service, undefined, signal) : undefined };
    },
    [backend, service]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading the service graph">
      {({ topology, radius }) =>
        radius ? (
          <Drawn service={service} topology={topology} radius={radius} />
        ) : (
          <EmptyState title={`${service} is not in the service graph`}>
            Nothing is known of who calls it, so nobody can say who would feel it.
          </EmptyState>
        )
      }
    </Reading>
  );
}

function Drawn(props: {
  readonly service: ServiceName;
  readonly topology: TopologyAnswer;
  readonly radius: BlastRadiusAnswer;
}) {
  const { service, topology, radius } = props;
  const [selected, setSelected] = useState<ServiceName>();
  const [choice, setChoice] = useState<GraphChoice>(() => ({
    blastOf: service,
    ...(topology.graph.nodes.length > WHOLE_GRAPH ? { focus: { name: service, hops: 3 } } : {}),
  }));
  return (
    <>
      <p>
        {radius.affected.length === 0
          ? `Nobody calls ${service}, as far as the graph knows.`
          : `Would feel it: ${radius.affected.map((one) => describeAffected(one, 'of its requests')).join(', ')}.`}
      </p>
      <ServiceGraphView
        graph={topology.graph}
        services={topology.services}
        selected={selected}
        onSelect={setSelected}
        choice={choice}
        onChoice={setChoice}
        layout="section"
      />
    </>
  );
}
