import React from 'react';
import type { IconName } from '@grafana/ui';
import type { RunRecord } from '#contracts';
import { type Tone, ToneBadge } from '#ui';
import { RUN_TEXTS as T } from './rca-texts.ts';

const STATES: Readonly<Record<RunRecord['status'], readonly [text: string, tone: Tone, icon: IconName]>> = {
  running: [T.running, 'info', 'hourglass'],
  finished: [T.finished, 'neutral', 'check-circle'],
  failed: [T.failed, 'error', 'times-circle'],
  cancelled: [T.cancelledState, 'neutral', 'minus-circle'],
};

/** Whether a run goes on, and how it ended. Says nothing of what it found. */
export function RunStateBadge({ status }: Pick<RunRecord, 'status'>) {
  const [text, tone, icon] = STATES[status];
  return (
    <ToneBadge tone={tone} icon={icon} state={status}>
      {text}
    </ToneBadge>
  );
}
