import type { IncidentRecord } from '#contracts';
import { CAUSE_LABELS } from '#ui';

/** The leading cause of an incident in a few words. */
export function describeTopCause({ report }: IncidentRecord): string {
  const [first] = report.hypotheses;
  if (report.decision !== 'root-cause' || !first) {
    return report.decision === 'insufficient-data' ? 'not enough data to say' : 'no significant cause found';
  }
  const more = report.concurrent > 1 ? ` and ${report.concurrent - 1} more` : '';
  return `${first.service}: ${CAUSE_LABELS[first.cause]}${more}`;
}
