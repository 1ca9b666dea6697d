import type { BudgetAnswer } from '#contracts';
import type { Problem } from '#ui';
import type { RunView } from '../run/run-view.ts';

/** What became of the language model in a run. */
export type ModelState =
  | { readonly kind: 'off' }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'written'; readonly written: NonNullable<RunView['written']> }
  | { readonly kind: 'failed'; readonly problem: Problem | undefined };

const SOURCE = 'Language model';

/**
 * What a run says of the language model. What it wrote counts also where none is configured any more; a problem of the run
 * itself, which has no report then, is none of the model.
 */
export function toModelState(view: RunView, budget: BudgetAnswer | undefined): ModelState {
  const { written, report, steps, errors, record, isOver } = view;
  if (written) {
    return { kind: 'written', written };
  }
  const asked = steps.find(({ step }) => step === 'model');
  if (asked && !isOver && asked.ms === undefined) {
    return { kind: 'waiting' };
  }
  // Reports of older runs hold the words themselves.
  if (asked && report && report.narrator !== 'llm') {
    const error = errors.at(-1);
    return {
      kind: 'failed',
      problem: error && { source: SOURCE, code: error.code, message: error.message, remedy: error.remedy },
    };
  }
  return budget?.kind === 'off' && record?.request.depth !== 'investigate' ? { kind: 'off' } : { kind: 'not-asked' };
}
