import type { IncidentCandidate } from '#engine';
import type { IncidentRecord, PlanRecord } from '#contracts';
import type { ActionProposal, RcaReport } from '#model';

/** Relative change of a number below which two plans are the same. */
const SAME_WITHIN = 0.2;

/**
 * The open incident that a trouble belongs to: the same fingerprint, or one whose target, causes or victims are among the
 * affected services. As a trouble spreads, its target moves towards the users; it stays one incident.
 */
export function matchIncident(
  candidate: Pick<IncidentCandidate, 'services'> & { readonly fingerprint: string },
  open: readonly IncidentRecord[]
): IncidentRecord | undefined {
  const affected = new Set(candidate.services);
  return (
    open.find((incident) => incident.fingerprint === candidate.fingerprint) ??
    open.find((incident) => relatedServices(incident).some((service) => affected.has(service)))
  );
}

function relatedServices({ service, report }: IncidentRecord): readonly string[] {
  const causes = report.hypotheses.slice(0, Math.max(1, report.concurrent)).map((hypothesis) => hypothesis.service);
  return [service, ...causes, ...report.victims];
}

/** What of a report would change a person's mind. Reports with the same digest are not written again. */
export function digestReport(report: RcaReport): string {
  const leading = report.hypotheses.slice(0, 3).map(({ service, cause }) => `${service}:${cause}`);
  const proposals = report.proposals.map(
    ({ action, target }) => `${action}:${target.kind}:${target.name}:${target.peer ?? ''}`
  );
  return JSON.stringify([report.decision, report.verdict, report.concurrent, leading, proposals, report.narrator]);
}

/** Whether a plan was already made for a proposal: same action, target and, but for small changes of numbers, parameters. */
export function isPlanned(proposal: ActionProposal, plans: readonly PlanRecord[]): boolean {
  return plans.some(
    (plan) =>
      plan.action === proposal.action &&
      plan.target.kind === proposal.target.kind &&
      plan.target.name === proposal.target.name &&
      (plan.target.peer ?? '') === (proposal.target.peer ?? '') &&
      sameParameters(plan.parameters, proposal.parameters)
  );
}

/** The executor fills defaults in, so only what the proposal names is compared. */
function sameParameters(planned: PlanRecord['parameters'], proposed: ActionProposal['parameters']): boolean {
  return Object.entries(proposed).every(([name, value]) => {
    const known = planned[name];
    if (typeof known === 'number' && typeof value === 'number') {
      return Math.abs(known - value) <= SAME_WITHIN * Math.max(Math.abs(known), Math.abs(value));
    }
    return known === value;
  });
}
