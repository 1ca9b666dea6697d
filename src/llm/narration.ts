import { z } from 'zod';
import type { LlmFailure } from './errors.ts';

/** What the model must answer, exactly. */
export const narrationSchema = z.strictObject({
  sentences: z
    .array(
      z.strictObject({
        text: z.string().trim().min(1).max(600),
        cites: z.array(z.number().int().positive()).min(1).max(12),
      })
    )
    .min(1)
    .max(16),
});

/** One sentence with the numbers of the evidence it rests on. */
export interface NarrationSentence {
  readonly text: string;
  readonly cites: readonly number[];
}

/** Why a text was not used. */
export type RejectionReason =
  | 'no-evidence'
  | 'refused'
  | 'truncated'
  | 'not-json'
  | 'wrong-shape'
  | 'unknown-citation'
  | 'unsafe-text'
  | 'unknown-service'
  | 'unknown-number'
  | 'unproposed-action';

/** Tokens of one call, as the server counted them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A text that failed a check. Nothing of it may be shown as part of the report. */
export interface NarrationRejected {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  /** What was wrong, for a log; may quote up to 80 characters of the model's text. */
  readonly detail: string;
  /** Missing when the model was not asked. */
  readonly usage?: TokenUsage;
}

/** A text that passed every check. */
export interface Narrated {
  readonly kind: 'narrated';
  /** The sentences with `[n]` citations, ready for `RcaReport.narrative`. */
  readonly narrative: string;
  readonly sentences: readonly NarrationSentence[];
  readonly usage: TokenUsage;
  /** The model that answered, as the server names it. */
  readonly model: string;
}

/** Outcome of `narrate`. Only `narrated` has a text. */
export type NarrationResult = Narrated | NarrationRejected | LlmFailure;

/** A failed check. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}
