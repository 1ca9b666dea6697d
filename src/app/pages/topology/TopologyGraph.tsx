import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import type { ServiceName } from '#model';
import { type GraphChoice, ProblemList, ServiceGraphView, toGraphChanges, withRemoved } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { toProblems } from '../overview/source-problems.ts';
import { CompareBar } from './CompareBar.tsx';
import { DiffTable } from './DiffTable.tsx';
import { ExportEverything } from './ExportEverything.tsx';
import { IncidentBar } from './IncidentBar.tsx';
import { ServiceDetail } from './ServiceDetail.tsx';
import { ShapeSection } from './ShapeSection.tsx';
import { TimeScrubber } from './TimeScrubber.tsx';
import type { TopologyAddress } from './topology-address.ts';
import { useIncidentPath } from './use-incident-path.ts';
import { useTopologyHistory } from './use-topology-history.ts';

/** The graph at the shown instant, with time, comparison, incident and what else is known of its shape. */
export function TopologyGraph(props: {
  readonly backend: BackendClient;
  readonly newest: TopologyAnswer;
  readonly fromMs: number;
  readonly toMs: number;
  readonly live: boolean;
  readonly address: TopologyAddress;
  readonly onAddress: (change: Partial<TopologyAddress>) => void;
}) {
  const { backend, newest, fromMs, toMs, live, address, onAddress } = props;
  const { service, atMs, compareMs, choice } = address;
  const styles = useStyles2(getStyles);
  const history = useTopologyHistory({ backend, newest, fromMs, toMs, live, atMs, compareMs });
  const { shown, diff } = history;
  const incidents = useIncidentPath(fromMs, toMs, atMs ?? newest.graph.generatedAtMs);
  const graph = useMemo(() => (diff ? withRemoved(shown.graph, diff) : shown.graph), [shown, diff]);
  const changes = useMemo(() => diff && toGraphChanges(diff), [diff]);
  const onSelect = useCallback((name: ServiceName | undefined) => onAddress({ service: name }), [onAddress]);
  const onChoice = useCallback((next: GraphChoice) => onAddress({ choice: next }), [onAddress]);
  const onStep = useCallback(
    (index: number) => {
      const last = live && index === history.steps.length - 1;
      onAddress({ atMs: last ? undefined : history.steps[index]?.atMs });
    },
    [onAddress, history.steps, live]
  );
  const detail = service !== undefined && (
    <ServiceDetail
      name={service}
      node={graph.nodes.find(({ name }) => name === service)}
      state={shown.services.find((state) => state.service === service)}
      backend={backend}
      fromMs={fromMs}
      atMs={atMs}
      toMs={toMs}
    />
  );
  return (
    <>
      <IncidentBar incidents={incidents} onGoTo={(at) => onAddress({ atMs: at })} />
      <ServiceGraphView
        graph={graph}
        services={shown.services}
        highlight={incidents.highlight}
        changes={changes}
        selected={service}
        onSelect={onSelect}
        choice={choice}
        onChoice={onChoice}
        detail={detail}
        below={
          <div className={styles.below}>
            <TimeScrubber
              steps={history.steps}
              index={history.index}
              live={live && atMs === undefined}
              pending={history.pending}
              marks={incidents.marks}
              onStep={onStep}
              onLive={() => onAddress({ atMs: undefined })}
            />
            <CompareBar
              atMs={shown.graph.generatedAtMs}
              compareMs={compareMs}
              onCompare={(next) => onAddress({ compareMs: next })}
            />
            <ProblemList problems={[...history.problems, ...toProblems(history.diffProblems)]} />
            {diff && <DiffTable diff={diff} />}
          </div>
        }
      />
      <ShapeSection shape={shown.shape} sources={shown.graph.sources} onSelect={onSelect} />
      <ExportEverything backend={backend} atMs={atMs} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  below: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
