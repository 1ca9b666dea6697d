import type { AlertRecord, ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import { describeAction } from './action-text.ts';
import { PLAN_STATE_TEXTS, toExecutionState } from './plan-state.ts';
import { TIMELINE_TEXTS as T } from './timeline-texts.ts';

/** One thing that happened in the life of an incident. */
export interface TimelineEvent {
  readonly atMs: number;
  readonly title: string;
  readonly detail?: string;
  readonly tone: 'info' | 'success' | 'warning' | 'error' | 'neutral';
}

/** Everything that happened in an incident and the alerts that belong to it, oldest first. */
export function toTimeline(
  incident: IncidentRecord,
  plans: readonly PlanRecord[],
  executions: readonly ExecutionRecord[],
  alerts: readonly AlertRecord[] = []
): readonly TimelineEvent[] {
  return [
    ...incidentEvents(incident),
    ...changeEvents(incident),
    ...alerts.flatMap(alertEvents),
    ...plans.flatMap(planEvents),
    ...executions.flatMap((execution) => executionEvents(execution, plans)),
  ].toSorted((a, b) => a.atMs - b.atMs);
}

function incidentEvents(incident: IncidentRecord): TimelineEvent[] {
  const events: TimelineEvent[] = [
    { atMs: incident.onsetMs, title: T.onset(incident.service), tone: 'warning' },
    { atMs: incident.detectedMs, title: T.detected, tone: 'error', detail: incident.report.summary },
  ];
  if (incident.resolvedMs !== null) {
    const resolved = incident.resolvedBy === 'action' ? T.resolvedByAction : T.resolved;
    const { closed } = incident;
    events.push({
      atMs: incident.resolvedMs,
      title: closed ? T.markedBy(closed.by) : resolved,
      tone: 'success',
      ...(closed ? { detail: closed.reason } : {}),
    });
  }
  return events;
}

function changeEvents(incident: IncidentRecord): TimelineEvent[] {
  return incident.report.changes.map((change) => ({
    atMs: change.atMs,
    title: T.change(change.kind, change.service),
    detail: change.summary,
    tone: 'neutral',
  }));
}

/** Names and texts of alerts come from outside. */
function alertEvents({ name, fingerprint, severity, summary, startsAtMs, endsAtMs }: AlertRecord): TimelineEvent[] {
  const what = name === '' ? fingerprint : name;
  const detail = [severity, summary].filter(Boolean).join(': ');
  const fired: TimelineEvent = {
    atMs: startsAtMs,
    title: T.alertFired(what),
    ...(detail === '' ? {} : { detail }),
    tone: 'warning',
  };
  return endsAtMs === null ? [fired] : [fired, { atMs: endsAtMs, title: T.alertEnded(what), tone: 'neutral' }];
}

function planEvents(plan: PlanRecord): TimelineEvent[] {
  const what = describeAction(plan);
  const events: TimelineEvent[] = [
    { atMs: plan.createdMs, title: T.proposed(what), detail: T.proposedBy(plan.requester), tone: 'info' },
    ...plan.approval.decisions.map(({ atMs, approver, decision, comment }): TimelineEvent => ({
      atMs,
      title: decision === 'approve' ? T.approved(approver, what) : T.rejected(approver, what),
      ...(comment === '' ? {} : { detail: comment }),
      tone: 'neutral',
    })),
  ];
  if (plan.approval.status === 'timeout') {
    events.push({ atMs: plan.approval.expiresMs, title: T.timedOut(what), tone: 'neutral' });
  }
  return events;
}

function executionEvents(execution: ExecutionRecord, plans: readonly PlanRecord[]): TimelineEvent[] {
  const plan = plans.find(({ id }) => id === execution.planId);
  const what = plan ? describeAction(plan) : T.plan(execution.planId);
  const events: TimelineEvent[] = [{ atMs: execution.startedMs, title: T.started(what), tone: 'info' }];
  if (execution.finishedMs !== null) {
    const { label, tone } = PLAN_STATE_TEXTS[toExecutionState(execution)];
    events.push({ atMs: execution.finishedMs, title: T.ended(label, what), detail: execution.message, tone });
  }
  return events;
}
