import type { PlanProposal, PlanStep, RiskAssessment } from '#contracts';
import type { ActionParameters, VerificationCheck } from '#model';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';

/** Everything that an approval covers: what is done, to what exactly, with what effect, under which rules, until when. */
export interface PlanContent {
  readonly planId: string;
  readonly incidentId: string;
  readonly requesterId: string;
  readonly action: PlanProposal['action'];
  readonly target: PlanProposal['target'];
  readonly parameters: ActionParameters;
  readonly verification: readonly VerificationCheck[];
  readonly rationale: string;
  readonly confidence: number;
  readonly expectedSeconds: number;
  readonly steps: readonly PlanStep[];
  readonly onFailure: PlanProposal['onFailure'];
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
  proposal: Pick<PlanProposal, 'incidentId' | 'action' | 'target' | 'parameters' | 'verification' | 'onFailure'>
): string {
  const { incidentId, action, target, parameters, verification, onFailure } = proposal;
  return sha256Hex(canonicalJson({ incidentId, action, target, parameters, verification, onFailure }));
}
