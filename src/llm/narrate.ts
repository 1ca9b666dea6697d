import type { RcaReport } from '#model';
import { checkNarration, toNarrative } from './check-narration.ts';
import { callModel, type ModelConnection } from './messages-call.ts';
import type { NarrationResult } from './narration.ts';
import { toPayload } from './payload.ts';
import { NARRATION_INSTRUCTIONS, toUserMessage } from './prompt.ts';

/** Options of `narrate`. */
export type NarrateOptions = ModelConnection;

/**
 * Lets a language model word a finished report, in one call. The model sees a short, redacted copy of the report, holds
 * no credential and no tool, and decides nothing: its text is used only when every sentence cites evidence and names
 * nothing that the report does not. The report is complete without it.
 *
 * @returns `narrated` with the text, `rejected` when a check failed, `failed` when there was no answer; never throws
 */
export async function narrate(report: RcaReport, options: NarrateOptions): Promise<NarrationResult> {
  const payload = toPayload(report);
  if (payload.evidence.length === 0) {
    return { kind: 'rejected', reason: 'no-evidence', detail: 'The report has no evidence that could be cited.' };
  }
  const answer = await callModel(options, NARRATION_INSTRUCTIONS, toUserMessage(payload));
  if (answer.kind === 'failed') {
    return answer;
  }
  const { usage, model, stopReason } = answer;
  if (stopReason !== 'end_turn' && stopReason !== 'stop_sequence') {
    const reason = stopReason === 'refusal' ? 'refused' : 'truncated';
    return { kind: 'rejected', reason, detail: `The answer ended with ${stopReason ?? 'no reason'}.`, usage };
  }
  const checked = checkNarration(answer.text, payload);
  if ('reason' in checked) {
    return { kind: 'rejected', ...checked, usage };
  }
  const { sentences } = checked;
  return { kind: 'narrated', narrative: toNarrative(sentences), sentences, usage, model };
}
