import type { InvestigatorOutcome } from '#contracts';
import type { Problem } from '#ui';
import { MODEL_TEXTS as T } from '../rca-texts.ts';

type Refused = Extract<InvestigatorOutcome, { kind: 'failed' | 'rejected' | 'refused' }>;

/** Why there is no answer, as a problem for a person. */
export function toModelProblem(outcome: Refused): Problem {
  switch (outcome.kind) {
    case 'failed':
      return { source: T.title, code: outcome.code, message: outcome.message, remedy: outcome.remedy };
    case 'rejected':
      return { source: T.title, message: `${T.rejected}: ${outcome.reason}. ${outcome.detail}`, remedy: T.failedHint };
    case 'refused':
      return {
        source: T.title,
        message: T.refused(outcome.by, outcome.unit, outcome.left, outcome.limit),
        remedy: T.refusedRemedy,
      };
  }
}
