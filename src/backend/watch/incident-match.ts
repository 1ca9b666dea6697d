import type { IncidentCandidate } from '#engine';
import type { IncidentRecord, PlanRecord } from '#contracts';
import type { ActionProposal, RcaReport } from '#model';

/** Relative change of a number below which a plan that was not carried out is the same: rates waver. */
const SAME_WITHIN = 0.5;
/** The same for a plan that was carried out, where a further step in the same direction is a new plan. */
const SAME_AFTER_EXECUTION_WITHIN = 0.1;

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

/** Whether a report says something else about the matter itself: its decision, verdict or leading cause. */
export function changesMind(before: RcaReport, after: RcaReport): boolean {
  const gist = ({ decision, verdict, hypotheses: [first] }: RcaReport): string =>
    JSON.stringify([decision, verdict, first?.service, first?.cause]);
  return gist(before) !== gist(after);
}

/** Whether a plan was already made for a proposal: same action, target and, but for small changes of numbers, parameters. */
export function isPlanned(proposal: ActionProposal, plans: readonly PlanRecord[]): boolean {
  return plans.some(
    (plan) =>
      plan.action === proposal.action &&
      plan.target.kind === proposal.target.kind &&
      plan.target.name === proposal.target.name &&
      (plan.target.peer ?? '') === (proposal.target.peer ?? '') &&
      sameParameters(plan, proposal.parameters)
  );
}

/** The executor fills defaults in, so only what the proposal names is compared. */
function sameParameters({ parameters, executionId }: PlanRecord, proposed: ActionProposal['parameters']): boolean {
  const within = executionId === null ? SAME_WITHIN : SAME_AFTER_EXECUTION_WITHIN;
  return Object.entries(proposed).every(([name, value]) => {
    const known = parameters[name];
    if (typeof known === 'number' && typeof value === 'number') {
      return Math.abs(known - value) <= within * Math.max(Math.abs(known), Math.abs(value));
    }
    return known === value;
  });
}
