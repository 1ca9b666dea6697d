import type {
  IncidentRecord,
  PlanLimits,
  PlanNotification,
  PlanProposal,
  PlanRunbook,
  PlanTarget,
  VerificationTiming,
} from '#contracts';
import type { Ratio, VerificationCheck } from '#model';
import { ACTION_CATALOGUE, hasNoEffect } from '../actions/catalogue.ts';
import { toDemoInput, toDemoName } from '../actions/demo/demo-actions.ts';
import { toRecordedName } from '../actions/recorded-actions.ts';
import { toActionTarget, validateAction } from '../actions/validate.ts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { ExecutorPolicy } from '../policy.ts';
import type { StepQuestion } from './inspect-steps.ts';

/** What a plan will say, before the platform was asked. */
export interface PlanDraft {
  readonly incidentId: string;
  /** Kind of a single action, or the name of the runbook. */
  readonly action: string;
  readonly target: PlanTarget;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly runbook: PlanRunbook | null;
  readonly steps: readonly StepQuestion[];
  readonly preconditions: readonly VerificationCheck[];
  readonly verification: readonly VerificationCheck[];
  readonly timing: VerificationTiming;
  readonly onFailure: PlanProposal['onFailure'];
  readonly deadlineSeconds: number | null;
  readonly limits: PlanLimits | null;
  readonly notifications: readonly PlanNotification[];
  readonly rationale: string;
  readonly confidence: Ratio;
  readonly expectedSeconds: number;
  readonly affectedServices: number | null;
  /** Hex SHA-256 of the incident's report. */
  readonly evidenceDigest: string;
  readonly approval: {
    readonly ttlSeconds: number;
    readonly mode: 'required' | 'auto-if-low-risk' | 'four-eyes';
    readonly approvers: readonly string[];
  };
  readonly riskBase: Ratio;
}

/** For an effect to arrive. */
const STEP_TIMEOUT_SECONDS = 600;

/**
 * The plan of one action of the catalogue.
 * @throws ExecutorError PARAMETER_INVALID with the field and the bound
 */
export function draftAction(
  proposal: PlanProposal,
  policy: ExecutorPolicy,
  incident: IncidentRecord,
  isBackend: boolean
): PlanDraft {
  const target = toActionTarget(proposal.target);
  const { entry, parameters } = validateAction(proposal.action, target, proposal.parameters);
  const { incidentId, action, verification, rationale, confidence, expectedSeconds, onFailure } = proposal;
  const name = hasNoEffect(action) ? toRecordedName(action) : toDemoName(action);
  const step = {
    id: 'step-1',
    action: name,
    input: toDemoInput(target, parameters),
    timeoutSeconds: STEP_TIMEOUT_SECONDS,
  };
  return {
    incidentId,
    action,
    target,
    parameters,
    verification,
    rationale,
    confidence,
    expectedSeconds,
    onFailure,
    runbook: null,
    steps: [step],
    preconditions: [],
    timing: policy.verification,
    deadlineSeconds: null,
    limits: null,
    notifications: [],
    affectedServices: affectedServices(proposal.affectedServices, incident, isBackend),
    evidenceDigest: evidenceDigest(incident),
    approval: { ttlSeconds: policy.approvalTtlSeconds, mode: 'required', approvers: [] },
    riskBase: ACTION_CATALOGUE.find((known) => known.action === entry.action)?.riskBase ?? 1,
  };
}

/** Of the evidence that a plan rests on: shows later what those who approved could know. */
export function evidenceDigest({ report }: Pick<IncidentRecord, 'report'>): string {
  return sha256Hex(canonicalJson(report));
}

/** Services that feel it: what the backend says, else those that the report of the incident names; null without a report of ours. */
export function affectedServices(
  claimed: number | undefined,
  { report, service }: Pick<IncidentRecord, 'report' | 'service'>,
  isBackend: boolean
): number | null {
  if (isBackend && claimed !== undefined) {
    return claimed;
  }
  const { victims, hypotheses = [] } = report as Partial<IncidentRecord['report']>;
  if (!Array.isArray(victims)) {
    return null;
  }
  const hops = hypotheses.flatMap(({ path = [] }) => path.flatMap(({ from, to }) => [from, to]));
  return new Set([service, ...victims, ...hops]).size;
}
