import type { AutonomyLevel, RunbookEntry } from '#contracts';
import type { Tone } from '#ui';

/** A risk is never shown as a success: even a low one is a change. */
export const RISK_TONES: Readonly<Record<RunbookEntry['risk'], Tone>> = {
  low: 'neutral',
  medium: 'info',
  high: 'warning',
  critical: 'error',
};

export const APPROVAL_TEXTS: Readonly<Record<RunbookEntry['approval'], string>> = {
  required: 'Needs approval',
  'four-eyes': 'Needs approval by two persons',
  'auto-if-low-risk': 'May run without approval where the risk is low and the executor allows it',
};

/** What a runbook may do by itself in words. */
export function describeAutonomy({ level, inARow, needed }: RunbookEntry['autonomy']): string {
  const { now, facts } = AUTONOMY_TEXTS[level];
  return facts === undefined || needed === null
    ? now
    : `${now} For the next level: ${facts}, ${inARow} of ${needed} in a row.`;
}

const AUTONOMY_TEXTS: Readonly<Record<AutonomyLevel, { readonly now: string; readonly facts?: string }>> = {
  shadow: {
    now: 'Shadow: it is only recorded what it would have proposed.',
    facts: 'a person did the same',
  },
  suggest: {
    now: 'Suggest: a person has to propose it.',
    facts: 'proposals that a person agreed to',
  },
  approve: {
    now: 'Approve: it is proposed by itself and waits for approval.',
    facts: 'runs that were verified to help',
  },
  auto: { now: 'Auto: it runs by itself where its own policy allows that. One failure takes that away.' },
};

/** How often it ran and helped. */
export function describeRuns({ total, recovered }: RunbookEntry['executions']): string {
  if (total === 0) {
    return 'Never ran here';
  }
  return `Ran ${total} ${total === 1 ? 'time' : 'times'}, helped ${recovered} ${recovered === 1 ? 'time' : 'times'}`;
}
