export type { LlmErrorCode, LlmFailure } from './errors.ts';
export type {
  Narrated,
  NarrationRejected,
  NarrationResult,
  NarrationSentence,
  RejectionReason,
  TokenUsage,
} from './narration.ts';
export type { NarrateOptions } from './narrate.ts';
export { narrate } from './narrate.ts';
