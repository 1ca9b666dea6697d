import type { AutonomyLevel } from '#contracts';

/**
 * How much a runbook may do by itself in a namespace. `shadow`: it is only recorded what it would have proposed. `suggest`: a
 * person has to propose it. `approve`: it is proposed for approval. `auto`: it runs where its own policy allows that.
 */
export const AUTONOMY_LEVELS = ['shadow', 'suggest', 'approve', 'auto'] as const satisfies readonly AutonomyLevel[];

/** What became of an execution or a proposal of a runbook in a namespace. */
export interface AutonomyFact {
  /** `agreed`: a person would have done, or did, the same. `verified`: it helped, and that was checked. */
  readonly result: 'agreed' | 'disagreed' | 'verified' | 'failed';
}

/** Facts in a row that earn the next level. */
export const STEPS_UP: Readonly<Record<Exclude<AutonomyLevel, 'auto'>, number>> = {
  shadow: 3,
  suggest: 3,
  approve: 10,
};

/**
 * The level that a runbook has earned in a namespace.
 *
 * It rises one level after enough good facts in a row: agreement up to `approve`, verified successes from there to `auto`. One
 * failure takes it one level down at once and the count begins anew; a proposal that a person rejected only ends the row. It
 * never passes the ceiling that an administrator set.
 *
 * @param facts  of this runbook and namespace, oldest first
 * @param start  where the administrator put it
 * @param ceiling  highest level allowed; default `approve`: nothing acts without a person unless somebody said so
 * @returns level, and how many good facts in a row count towards the next
 * Cost O(facts).
 */
export function earnedAutonomy(
  facts: readonly AutonomyFact[],
  start: AutonomyLevel,
  ceiling: AutonomyLevel = 'approve'
): { readonly level: AutonomyLevel; readonly inARow: number } {
  const highest = AUTONOMY_LEVELS.indexOf(ceiling);
  let at = Math.min(AUTONOMY_LEVELS.indexOf(start), highest);
  let inARow = 0;
  for (const { result } of facts) {
    const level = AUTONOMY_LEVELS[at] ?? 'shadow';
    if (result === 'failed') {
      at = Math.max(0, at - 1);
      inARow = 0;
    } else if (result === 'disagreed') {
      inARow = 0;
    } else if (counts(level, result)) {
      inARow += 1;
    }
    if (level !== 'auto' && inARow >= STEPS_UP[level] && at < highest) {
      at += 1;
      inARow = 0;
    }
  }
  return { level: AUTONOMY_LEVELS[at] ?? 'shadow', inARow };
}

/** From `approve` on only what was verified counts. */
function counts(level: AutonomyLevel, result: AutonomyFact['result']): boolean {
  return result === 'verified' || (result === 'agreed' && (level === 'shadow' || level === 'suggest'));
}
