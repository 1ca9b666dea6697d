import { APP_PLUGIN_ID, parseRcaUrl, type RcaTarget } from '#model';

/**
 * What an RCA address asks for: the newest run of an incident, the run of a question about a service, a stored run, or
 * nothing yet. `runId` beside a service is the run that was started from this address, which a reload joins.
 */
export type RcaRequest =
  | { readonly kind: 'incident'; readonly incidentId: string }
  | { readonly kind: 'service'; readonly target: RcaTarget; readonly runId?: string }
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'none' };

/** Reads the query string of the page. An incident goes before a service, a service before a run alone. */
export function toRcaRequest(search: string): RcaRequest {
  const parameters = new URLSearchParams(search);
  const incidentId = parameters.get('incident');
  if (incidentId) {
    return { kind: 'incident', incidentId };
  }
  const runId = parameters.get('run');
  const target = parseRcaUrl(search);
  if (target) {
    return { kind: 'service', target, ...(runId ? { runId } : {}) };
  }
  return runId ? { kind: 'run', runId } : { kind: 'none' };
}

/** Address of a stored run. */
export function toRunUrl(runId: string): string {
  return `/a/${APP_PLUGIN_ID}/rca?run=${encodeURIComponent(runId)}`;
}
