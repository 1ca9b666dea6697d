import { z } from 'zod';

const text = z.string().trim().min(1).max(600);
const cites = z.array(z.number().int().positive()).max(12).default([]);
const claims = (most: number) => z.array(z.object({ text, cites })).max(most).default([]);
const confidence = z.number().min(0).max(1);

/** What the model must answer. Everything beside it is ignored. */
export const writtenReportSchema = z.object({
  root_cause: claims(4),
  causes: z
    .array(z.object({ service: z.string().min(1).max(253), confidence, cites }))
    .max(8)
    .default([]),
  impact: claims(6),
  remediation: z
    .array(z.object({ text, cites, runbook: z.string().max(200).nullish() }))
    .max(12)
    .default([]),
  confidence,
  unknown: z
    .array(z.object({ text, cites, check: text }))
    .max(8)
    .default([]),
});

/** One sentence with the numbers of the evidence it rests on. */
export interface Claim {
  readonly text: string;
  readonly cites: readonly number[];
}

/** A cause as the model sees it. */
export interface WrittenCause {
  readonly service: string;
  readonly confidence: number;
  readonly cites: readonly number[];
}

/** One step towards recovery. `runbook` is one of those that were offered. */
export interface RemediationStep extends Claim {
  readonly step: number;
  readonly runbook?: string;
}

/** What is not known, and which check would decide it. */
export interface OpenQuestion extends Claim {
  readonly check: string;
}

/** What the model wrote and every check let pass. It stands beside the engine's report and changes nothing of it. */
export interface WrittenReport {
  readonly rootCause: readonly Claim[];
  readonly causes: readonly WrittenCause[];
  readonly impact: readonly Claim[];
  readonly remediation: readonly RemediationStep[];
  /** The model's own; the engine's is computed. */
  readonly confidence: number;
  readonly unknown: readonly OpenQuestion[];
}

/** Why a claim was cut. */
export type CutReason =
  | 'no-citation'
  | 'unknown-citation'
  | 'unsafe-text'
  | 'unknown-service'
  | 'unknown-number'
  | 'unproposed-action'
  | 'not-english'
  | 'unknown-runbook'
  | 'one-too-many';

/** A claim that was cut. */
export interface CutClaim {
  readonly part: 'root_cause' | 'causes' | 'impact' | 'remediation' | 'unknown' | 'answer';
  readonly reason: CutReason;
  /** What was wrong; may quote up to 80 characters of the model's text, in pseudonyms. */
  readonly detail: string;
}

/** Why nothing of an answer could be used. */
export type RejectionReason =
  'no-evidence' | 'refused' | 'truncated' | 'kept-asking' | 'no-room' | 'not-json' | 'wrong-shape' | 'nothing-grounded';

/** A text of which nothing may be shown. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  readonly detail: string;
}
