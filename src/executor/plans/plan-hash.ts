import type { ProposePlan, RiskAssessment } from '#contracts';
import type { ActionParameters, VerificationCheck } from '#model';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';

/** Everything that an approval covers: what is done, to what exactly, with what effect, under which rules, until when. */
export interface PlanContent {
  readonly planId: string;
  readonly incidentId: string;
  readonly requesterId: string;
  readonly action: ProposePlan['action'];
  readonly target: ProposePlan['target'];
  readonly parameters: ActionParameters;
  readonly verification: readonly VerificationCheck[];
  readonly rationale: string;
  readonly confidence: number;
  readonly expectedSeconds: number;
  readonly targetUid: string;
  readonly targetVersion: string;
  readonly dryRun: string;
  readonly reversible: boolean;
  readonly risk: RiskAssessment;
  readonly policyVersion: string;
  readonly expiresMs: number;
}

/** Hex SHA-256 of the canonical plan. */
export function hashPlan(content: PlanContent): string {
  return sha256Hex(canonicalJson(content));
}

/** Identifies "the same proposal again": the question, without the state of the target. */
export function hashProposal(
  proposal: Pick<ProposePlan, 'incidentId' | 'action' | 'target' | 'parameters' | 'verification'>
): string {
  const { incidentId, action, target, parameters, verification } = proposal;
  return sha256Hex(canonicalJson({ incidentId, action, target, parameters, verification }));
}
