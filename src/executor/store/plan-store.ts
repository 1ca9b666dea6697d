import type { ApprovalStatus, DecisionRecord, Page, PlanRecord } from '#contracts';
import type { EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/** A plan as compiled, before any decision, with what only the executor needs to know. */
export interface NewPlan extends Omit<PlanRecord, 'approval' | 'executionId'> {
  readonly proposalHash: string;
  readonly requesterId: string;
  readonly targetUid: string;
  readonly policyVersion: string;
  readonly expiresMs: EpochMs;
  readonly approvers: readonly string[];
}

/** A stored plan: what callers see, and what only the executor needs to know. */
export interface StoredPlan {
  readonly record: PlanRecord;
  readonly requesterId: string;
  readonly targetUid: string;
  readonly policyVersion: string;
}

/** A decision with the evidence of who took it on what. Digests only, never tokens. */
export interface NewDecision extends DecisionRecord {
  readonly planId: string;
  readonly approverId: string;
  readonly planHash: string;
  readonly challengeHash: string;
  readonly tokenDigest: string;
  readonly tokenIssuedMs: EpochMs;
}

/** A single-use proof that a plan was shown to a person. Only its hash is stored. */
export interface NewChallenge {
  readonly hash: string;
  readonly planId: string;
  readonly principalId: string;
  readonly expiresMs: EpochMs;
}

/** Plans with their approvals. Content is fixed at insert; only the decision changes, once. */
export interface PlanStore {
  /** Newest first. */
  list(
    page: PageRequest,
    filter: { incidentId?: string | undefined; status?: ApprovalStatus | undefined }
  ): Promise<Page<PlanRecord>>;
  find(id: string): Promise<StoredPlan | null>;
  findPending(proposalHash: string, atMs: EpochMs): Promise<StoredPlan | null>;
  insert(plan: NewPlan): Promise<void>;
  insertDecision(decision: NewDecision): Promise<void>;
  /** Who decided so far, by stable id. */
  deciders(planId: string): Promise<readonly { approverId: string; decision: 'approve' | 'reject' }[]>;
  /**
   * The one transition out of `pending`: `UPDATE ... WHERE status = 'pending' AND expires > now`.
   * @returns false when another decision or the expiry came first
   */
  decide(id: string, status: 'approved' | 'rejected' | 'auto_approved', atMs: EpochMs): Promise<boolean>;
  /** Marks pending plans whose period is over. @returns their ids */
  expire(atMs: EpochMs): Promise<readonly string[]>;
  pendingCount(atMs: EpochMs): Promise<number>;
  insertChallenge(challenge: NewChallenge): Promise<void>;
  /** @returns false when it is unknown, for another plan or person, used or expired */
  useChallenge(hash: string, planId: string, principalId: string, atMs: EpochMs): Promise<boolean>;
  forgetChallenges(beforeMs: EpochMs): Promise<void>;
}
