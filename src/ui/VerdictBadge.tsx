import React from 'react';
import type { IconName } from '@grafana/ui';
import type { Verdict } from '#model';
import { SURENESS_TEXTS as T } from './report/report-texts.ts';
import { TEST_IDS } from './test-ids.ts';
import type { Tone } from './tone.ts';
import { ToneBadge } from './ToneBadge.tsx';

const LOOKS: Readonly<Record<Verdict, { tone: Tone; icon: IconName }>> = {
  // Not green: beside an open incident that would read as "all is well".
  CONFIRMED: { tone: 'info', icon: 'check-circle' },
  LIKELY: { tone: 'warning', icon: 'info-circle' },
  INCONCLUSIVE: { tone: 'neutral', icon: 'question-circle' },
};

/** How sure a report is. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { tone, icon } = LOOKS[verdict];
  return (
    <ToneBadge tone={tone} icon={icon} testId={TEST_IDS.badge.verdict} state={verdict}>
      {T[verdict]}
    </ToneBadge>
  );
}
