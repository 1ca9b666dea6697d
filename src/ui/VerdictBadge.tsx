import React from 'react';
import type { IconName } from '@grafana/ui';
import type { Verdict } from '#model';
import { TEST_IDS } from './test-ids.ts';
import type { Tone } from './tone.ts';
import { ToneBadge } from './ToneBadge.tsx';

const VERDICTS: Readonly<Record<Verdict, { text: string; tone: Tone; icon: IconName }>> = {
  // Not green: beside an open incident that would read as "all is well".
  CONFIRMED: { text: 'Confirmed', tone: 'info', icon: 'check-circle' },
  LIKELY: { text: 'Likely', tone: 'warning', icon: 'info-circle' },
  INCONCLUSIVE: { text: 'Inconclusive', tone: 'neutral', icon: 'question-circle' },
};

/** How sure a report is. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { text, tone, icon } = VERDICTS[verdict];
  return (
    <ToneBadge tone={tone} icon={icon} testId={TEST_IDS.badge.verdict} state={verdict}>
      {text}
    </ToneBadge>
  );
}
