import { parseRcaUrl, type RcaTarget } from '#model';

/** What an RCA address asks for: a known incident, the analysis of a service, or nothing yet. */
export type RcaRequest =
  | { readonly kind: 'incident'; readonly incidentId: string }
  | { readonly kind: 'service'; readonly target: RcaTarget }
  | { readonly kind: 'none' };

/** Reads the query string of the page. An incident goes before a service. */
export function toRcaRequest(search: string): RcaRequest {
  const incidentId = new URLSearchParams(search).get('incident');
  if (incidentId) {
    return { kind: 'incident', incidentId };
  }
  const target = parseRcaUrl(search);
  return target ? { kind: 'service', target } : { kind: 'none' };
}
