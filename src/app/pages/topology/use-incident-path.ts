import { useCallback, useMemo, useState } from 'react';
import type { IncidentRecord } from '#contracts';
import { formatMinute, type GraphHighlight, type Problem, toHighlight } from '#ui';
import { useClients } from '../../api/clients.ts';
import { usePolling } from '../../use-polling.ts';
import type { TimeMark } from './TimeScrubber.tsx';

/** Incidents of the time range, and the way of the one that is highlighted. */
export interface IncidentPath {
  readonly incidents: readonly IncidentRecord[];
  readonly marks: readonly TimeMark[];
  /** Id of the incident whose way is shown; undefined while none is. */
  readonly shownId: string | undefined;
  readonly show: (id: string | undefined) => void;
  /** Undefined before the incident began: there is no way yet. */
  readonly highlight: GraphHighlight | undefined;
  readonly problem: Problem | undefined;
}

const POLL_MS = 15_000;
const MAX_INCIDENTS = 3;

/** Reads incidents that overlap the range; the newest open one is highlighted until a person chooses otherwise. */
export function useIncidentPath(fromMs: number, toMs: number, atMs: number): IncidentPath {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.incidents(undefined, signal), [executor]);
  const polled = usePolling(load, POLL_MS);
  const [chosen, setChosen] = useState<{ readonly id: string | undefined }>();
  const incidents = useMemo(() => selectIncidents(polled.data ?? [], fromMs, toMs), [polled.data, fromMs, toMs]);
  const usual = incidents.find(({ status }) => status === 'open')?.id;
  const shownId = chosen ? chosen.id : usual;
  const incident = incidents.find(({ id }) => id === shownId);
  const highlight = useMemo(
    () => (incident && hasBegun(incident, atMs) ? toHighlight(incident.report) : undefined),
    [incident, atMs]
  );
  const marks = useMemo(
    () =>
      incidents.map((item) => ({
        atMs: item.onsetMs,
        text: `${describeIncident(item)} since ${formatMinute(item.onsetMs)}`,
      })),
    [incidents]
  );
  return { incidents, marks, shownId, show: (id) => setChosen({ id }), highlight, problem: polled.problem };
}

/** Incidents that were open within the range, open ones first, then the newest; at most three. */
export function selectIncidents(
  incidents: readonly IncidentRecord[],
  fromMs: number,
  toMs: number
): readonly IncidentRecord[] {
  return incidents
    .filter(({ status, onsetMs, resolvedMs }) =>
      status === 'open' ? true : onsetMs <= toMs && (resolvedMs ?? toMs) >= fromMs
    )
    .toSorted((a, b) => Number(b.status === 'open') - Number(a.status === 'open') || b.onsetMs - a.onsetMs)
    .slice(0, MAX_INCIDENTS);
}

function hasBegun({ onsetMs, resolvedMs }: IncidentRecord, atMs: number): boolean {
  return atMs >= onsetMs && (resolvedMs === null || atMs <= resolvedMs);
}

/** `checkout is slow`, `payment fails`. */
export function describeIncident({ service, symptom }: IncidentRecord): string {
  return `${service} ${symptom === 'latency' ? 'is slow' : 'fails'}`;
}
