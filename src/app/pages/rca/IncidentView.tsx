import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, TextLink, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import { toRcaUrl } from '#model';
import {
  formatDuration,
  formatTime,
  IncidentTimeline,
  type PlanState,
  sortPlans,
  TEST_IDS,
  ToneBadge,
  toPlanState,
  toTimeline,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { PlanEntry } from '../../plans/PlanEntry.tsx';
import { Reading } from '../../Reading.tsx';
import { toRunbooksUrl } from '../../routes.ts';
import { useNow, usePolling } from '../../use-polling.ts';
import { ProposalList } from './ProposalList.tsx';
import { ReportView } from './ReportView.tsx';
import { useTopologyOf } from './AnalysisView.tsx';

const POLL_MS = 3_000;
/** States in which a plan stands for its proposal; one that came to nothing can be asked for again. */
const STANDING: readonly PlanState[] = ['pending', 'approved', 'executing', 'verifying', 'recovered'];

interface IncidentData {
  readonly incident: IncidentRecord;
  readonly plans: readonly PlanRecord[];
  readonly executions: readonly ExecutionRecord[];
}

/** One incident of the ledger, kept up to date: report, plans to decide, executions, timeline. */
export function IncidentView({ incidentId }: { readonly incidentId: string }) {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal): Promise<IncidentData> => {
      const [incident, plans, executions] = await Promise.all([
        executor.incident(incidentId, signal),
        executor.plans({ incidentId }, signal),
        executor.executions(incidentId, signal),
      ]);
      return { incident, plans, executions };
    },
    [executor, incidentId]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading the incident">
      {(data) => <Incident data={data} onChanged={polled.refresh} />}
    </Reading>
  );
}

function Incident({ data, onChanged }: { readonly data: IncidentData; readonly onChanged: () => void }) {
  const { incident, plans, executions } = data;
  const { backend } = useClients();
  const topology = useTopologyOf(backend, incident.report);
  const timeline = useMemo(() => toTimeline(incident, plans, executions), [incident, plans, executions]);
  return (
    <>
      <IncidentHead incident={incident} />
      <ReportView
        report={incident.report}
        topology={topology}
        actions={<PlanList data={data} onChanged={onChanged} />}
      />
      <Section title="Timeline">
        <IncidentTimeline events={timeline} />
      </Section>
    </>
  );
}

function IncidentHead({ incident }: { readonly incident: IncidentRecord }) {
  const styles = useStyles2(getStyles);
  const open = incident.status === 'open';
  const href = toRcaUrl({
    service: incident.service,
    from: String(incident.report.window.fromMs),
    to: String(incident.report.window.toMs),
  });
  return (
    <div className={styles.head}>
      <h2 className={styles.title}>{`${incident.symptom === 'latency' ? 'Slow' : 'Errors'}: ${incident.service}`}</h2>
      <ToneBadge
        tone={open ? 'error' : 'success'}
        icon={open ? 'fire' : 'check-circle'}
        testId={TEST_IDS.rca.incidentStatus}
        state={incident.status}
      >
        {open ? 'Open' : 'Resolved'}
      </ToneBadge>
      <span className={styles.muted}>
        {open ? `since ${formatTime(incident.onsetMs)}` : describeResolution(incident)}. Incident {incident.id}
      </span>
      <LinkButton variant="secondary" size="sm" icon="sync" href={href}>
        Analyse again
      </LinkButton>
    </div>
  );
}

function describeResolution({ onsetMs, resolvedMs, resolvedBy }: IncidentRecord): string {
  const took = resolvedMs === null ? '' : ` after ${formatDuration(resolvedMs - onsetMs)}`;
  return `resolved${took}, ${resolvedBy === 'action' ? 'by an approved action' : 'without an action of Causeway'}`;
}

function PlanList({ data, onChanged }: { readonly data: IncidentData; readonly onChanged: () => void }) {
  const now = useNow();
  const executionOf = (plan: PlanRecord) => data.executions.find(({ planId }) => planId === plan.id);
  const stateOf = (plan: PlanRecord) => toPlanState(plan, executionOf(plan), now);
  const plans = sortPlans(data.plans, stateOf);
  const { incident } = data;
  return (
    <>
      {plans.length > 0 && (
        <Section title="Actions" testId={TEST_IDS.rca.plans}>
          {plans.map((plan) => (
            <PlanEntry
              key={plan.id}
              plan={plan}
              execution={executionOf(plan)}
              nowMs={now}
              onChanged={onChanged}
              incidentResolved={incident.status === 'resolved'}
            />
          ))}
        </Section>
      )}
      {incident.status === 'open' && (
        <ProposalList
          proposals={incident.report.proposals}
          incidentId={incident.id}
          hasCause={incident.report.decision === 'root-cause'}
          planned={plans.filter((plan) => STANDING.includes(stateOf(plan)))}
          onPlanned={onChanged}
        />
      )}
      {incident.status === 'open' && (
        <p>
          <TextLink href={toRunbooksUrl('proposals', { incident: incident.id })}>
            Runbooks that fit this incident
          </TextLink>
        </p>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), alignItems: 'center' }),
  title: css({ margin: 0, overflowWrap: 'anywhere' }),
  muted: css({ color: theme.colors.text.secondary }),
});
