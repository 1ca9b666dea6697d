import React, { useMemo } from 'react';
import { useStyles2 } from '@grafana/ui';
import { formatRatio, formatSeconds, formatValue } from '../format.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import type { GraphEdgeView, GraphView } from './graph-model.ts';
import { CHANGE_TEXTS, describeEvidence } from './graph-text.ts';
import { PagedTable } from './PagedTable.tsx';

const KINDS = { http: 'call', database: 'data access', messaging: 'messages', virtual: 'seen from one side' } as const;

/** Every call as a row: those that fail or differ first, then by rate. */
export function CallTable({ view }: { readonly view: GraphView }) {
  const edges = useMemo(() => sortEdges(view.edges), [view]);
  const changes = edges.some(({ change }) => change !== undefined);
  return (
    <PagedTable
      caption="Every call, failing ones first"
      columns={[
        'Caller',
        'Callee',
        'Kind',
        'Requests',
        'Errors',
        'Latency (p95)',
        ...(changes ? ['Difference'] : []),
        'How it is known',
      ]}
      items={edges}
      row={(edge) => <CallRow key={edge.id} view={edge} changes={changes} />}
      testId={TEST_IDS.graph.calls}
    />
  );
}

/** Calls on the path of an analysis first, then those that differ, then by failures and rate. */
export function sortEdges(edges: readonly GraphEdgeView[]): readonly GraphEdgeView[] {
  const failures = ({ edge }: GraphEdgeView) => edge.errorRatio ?? 0;
  return edges.toSorted(
    (a, b) =>
      Number(b.onPath) - Number(a.onPath) ||
      Number(b.change !== undefined) - Number(a.change !== undefined) ||
      failures(b) - failures(a) ||
      (b.edge.requestsPerSecond ?? 0) - (a.edge.requestsPerSecond ?? 0) ||
      a.id.localeCompare(b.id)
  );
}

function CallRow({ view, changes }: { readonly view: GraphEdgeView; readonly changes: boolean }) {
  const table = useStyles2(tableStyles);
  const { edge, foreign } = view;
  return (
    <tr>
      <th scope="row">{edge.caller}</th>
      <td>{edge.callee}</td>
      <td>
        {edge.protocol ?? KINDS[edge.kind]}
        {view.calls > 1 && `, ${view.calls} calls`}
        {view.onPath && ' (on the path from cause to symptom)'}
      </td>
      <td className={table.number}>
        {foreign ? foreign.mainText || '–' : formatValue(edge.requestsPerSecond, 'per-second')}
      </td>
      <td className={table.number}>{formatRatio(edge.errorRatio)}</td>
      <td className={table.number}>
        {foreign ? foreign.secondaryText || '–' : formatSeconds(edge.clientLatencySeconds ?? edge.serverLatencySeconds)}
      </td>
      {changes && <td>{view.change ? CHANGE_TEXTS[view.change].join(' ') : '–'}</td>}
      <td>{describeEvidence(view) || '–'}</td>
    </tr>
  );
}
