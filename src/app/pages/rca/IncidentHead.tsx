import React, { type ReactNode } from 'react';
import type { IncidentRecord } from '#contracts';
import { formatTime, TEST_IDS, ToneBadge } from '#ui';
import { useNow } from '../../use-polling.ts';
import { HEAD_TEXTS as H } from './rca-texts.ts';
import { ResolveIncident } from './ResolveIncident.tsx';
import { Assignee, RunHeader } from './RunHeader.tsx';

/** The header of an incident: its state, for how long, and who takes care of it. */
export function IncidentHead(
  props: {
    readonly incident: IncidentRecord;
    readonly onChanged: () => void;
    readonly action: ReactNode;
    readonly egress: ReactNode;
  } & Pick<Parameters<typeof RunHeader>[0], 'topology' | 'window'>
) {
  const { incident } = props;
  const now = useNow();
  const open = incident.status === 'open';
  const { onsetMs, resolvedMs } = incident;
  return (
    <RunHeader
      title={`${incident.symptom === 'latency' ? H.latency : H.errors}: ${incident.service}`}
      service={incident.service}
      topology={props.topology}
      window={props.window}
      state={
        <>
          <ToneBadge
            tone={open ? 'error' : 'success'}
            icon={open ? 'fire' : 'check-circle'}
            testId={TEST_IDS.rca.incidentStatus}
            state={incident.status}
          >
            {open ? H.open : H.resolved}
          </ToneBadge>
          <strong>
            {open
              ? H.openFor(now - onsetMs)
              : H.resolvedAfter((resolvedMs ?? onsetMs) - onsetMs, incident.resolvedBy === 'action')}
          </strong>
          {props.egress}
        </>
      }
      details={
        <>
          <span>{H.since(formatTime(onsetMs))}</span>
          <Assignee incident={incident} onChanged={props.onChanged} />
          <span>{H.incident(incident.id)}</span>
          <ResolveIncident incident={incident} onChanged={props.onChanged} />
        </>
      }
      actions={props.action}
    />
  );
}
