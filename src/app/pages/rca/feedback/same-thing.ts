import type { RunFeedback } from '#contracts';

/** Whether two words are about the same part of a run. */
export function isSameThing(left: RunFeedback['about'], right: RunFeedback['about']): boolean {
  return left.kind === right.kind && ('id' in left ? left.id : '') === ('id' in right ? right.id : '');
}
