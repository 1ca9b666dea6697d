/** Words of what happened in the life of an incident. */
export const TIMELINE_TEXTS = {
  onset: (service: string) => `First anomalous sample of ${service}`,
  detected: 'Incident detected',
  markedBy: (who: string) => `Marked as resolved by ${who}`,
  resolvedByAction: 'Resolved after an approved action',
  resolved: 'Resolved without an action of Causeway',
  change: (kind: string, service: string) => `Change (${kind}) of ${service}`,
  proposed: (what: string) => `Proposed: ${what}`,
  proposedBy: (who: string) => `by ${who}`,
  approved: (who: string, what: string) => `Approved by ${who}: ${what}`,
  rejected: (who: string, what: string) => `Rejected by ${who}: ${what}`,
  timedOut: (what: string) => `Nobody decided in time: ${what}`,
  started: (what: string) => `Started: ${what}`,
  ended: (state: string, what: string) => `${state}: ${what}`,
  plan: (id: string) => `plan ${id}`,
  sinceStart: (duration: string) => ` (+${duration})`,
} as const;
