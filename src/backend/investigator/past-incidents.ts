import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import type { ToolRow } from '#llm';
import type { RcaReport } from '#model';

const MINUTE_MS = 60_000;
/** Places of likeness: the same cause counts more than the same victim. */
const WEIGHTS = { cause: 3, kind: 2, target: 1, words: 1 } as const;

/** Incidents that are over and were like this one, most alike first, newest first among equals. */
export function similarTo(
  report: RcaReport,
  resolved: readonly IncidentRecord[],
  { text = '', except = '' }: { readonly text?: string; readonly except?: string }
): readonly IncidentRecord[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const likeness = (incident: IncidentRecord): number =>
    likenessOf(report, incident) + (speaksOf(incident, words) ? WEIGHTS.words : 0);
  return resolved
    .filter(({ id }) => id !== except)
    .map((incident) => ({ incident, score: likeness(incident) }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score || right.incident.onsetMs - left.incident.onsetMs)
    .map(({ incident }) => incident);
}

function likenessOf({ hypotheses: [cause], target }: RcaReport, incident: IncidentRecord): number {
  const [theirs] = incident.report.hypotheses;
  const sameTarget = incident.service === target.service ? WEIGHTS.target : 0;
  if (!cause || !theirs) {
    return sameTarget;
  }
  const sameCause = theirs.service === cause.service ? WEIGHTS.cause : 0;
  const sameKind = theirs.cause === cause.cause && cause.cause !== 'unclassified' ? WEIGHTS.kind : 0;
  return sameCause + sameKind + sameTarget;
}

function speaksOf({ service, report }: IncidentRecord, words: readonly string[]): boolean {
  const causes = report.hypotheses.slice(0, 3).map((one) => `${one.service} ${one.cause}`);
  const text = [service, ...causes, report.summary].join(' ').toLowerCase();
  return words.length > 0 && words.every((word) => text.includes(word));
}

/** What was found in a past incident and what helped. */
export function toIncidentRow(
  incident: IncidentRecord,
  executions: readonly ExecutionRecord[],
  plans: readonly PlanRecord[]
): ToolRow {
  const [cause] = incident.report.hypotheses;
  const found = cause
    ? `the cause was ${cause.service} (${cause.cause}, ${incident.report.verdict})`
    : 'no cause was found';
  const lasted = incident.resolvedMs === null ? undefined : (incident.resolvedMs - incident.onsetMs) / MINUTE_MS;
  const over = lasted === undefined ? '' : `; over after ${Math.round(lasted)} min`;
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  const tried = executions
    .filter(({ outcome }) => outcome !== null)
    .slice(0, 4)
    .map(({ planId, outcome }) => {
      const plan = byId.get(planId);
      return `${plan ? `${plan.action} of ${plan.target.name}` : 'an action'}: ${outcome}`;
    });
  const helped = tried.length === 0 ? '; nothing was done through Causeway' : `; done: ${tried.join(', ')}`;
  return {
    source: 'incident',
    service: cause?.service ?? incident.service,
    statement: `past incident of ${incident.service} (${incident.symptom}): ${found}${over}${helped}`,
    atMs: incident.onsetMs,
  };
}
