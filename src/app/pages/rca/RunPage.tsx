import React, { type ReactNode, useState } from 'react';
import { locationService } from '@grafana/runtime';
import { Button, TextLink } from '@grafana/ui';
import type { RunRecord } from '#contracts';
import type { ServiceName, TimeWindow } from '#model';
import { ErrorState, type Problem, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';
import { toProblem } from '../../errors.ts';
import { toIncidentUrl } from '../../routes.ts';
import { ExportAction } from './ExportAction.tsx';
import { EgressBadge } from './model/ModelSection.tsx';
import { useBudget } from './model/use-budget.ts';
import { ProposalList } from './ProposalList.tsx';
import { HEAD_TEXTS, RUN_TEXTS as T } from './rca-texts.ts';
import { RunBody } from './RunBody.tsx';
import { RunHeader } from './RunHeader.tsx';
import { RunStateBadge } from './RunStateBadge.tsx';
import type { RunHandle } from './run/use-run.ts';
import { useTopologyOf } from './use-topology-of.ts';

/** The page of a run that belongs to no incident, or is looked at by itself. */
export function RunPage(props: {
  readonly backend: BackendClient;
  readonly service: ServiceName;
  readonly window: TimeWindow | undefined;
  readonly handle: RunHandle;
  readonly sources: ExploreSources;
  readonly isStarting: boolean;
  /** Asks the same again. */
  readonly onAgain: () => void;
  /** Notices above the run. */
  readonly children?: ReactNode;
}) {
  const { backend, service, window, handle, sources } = props;
  const record = handle.run?.view.record;
  const budget = useBudget(backend, record?.incidentId ?? undefined);
  const topology = useTopologyOf(backend, window);
  const isBusy = props.isStarting || (handle.run !== undefined && !handle.run.view.isOver && !handle.run.problem);
  const subject = window ? ({ kind: 'window', service, fromMs: window.fromMs, toMs: window.toMs } as const) : undefined;
  return (
    <>
      <RunHeader
        title={service}
        service={service}
        window={window}
        topology={topology}
        state={
          <>
            {record && <RunStateBadge status={record.status} />}
            <EgressBadge budget={budget.data} />
          </>
        }
        details={
          record?.incidentId && (
            <TextLink href={toIncidentUrl(record.incidentId)}>{HEAD_TEXTS.incident(record.incidentId)}</TextLink>
          )
        }
        actions={
          <>
            <ExportAction report={handle.run?.view.report} view={handle.run?.view} sources={sources} />
            <HeadActions backend={backend} record={record} isBusy={isBusy} onAgain={props.onAgain} />
          </>
        }
      />
      {props.children}
      <RunBody
        backend={backend}
        handle={handle}
        topology={topology}
        sources={sources}
        budget={budget}
        subject={record?.incidentId ? { kind: 'incident', id: record.incidentId } : subject}
        onRetry={props.onAgain}
        actions={(report, feedback) => (
          <ProposalList
            proposals={report.proposals}
            incidentId={undefined}
            hasCause={report.decision === 'root-cause'}
            planned={[]}
            feedback={feedback}
          />
        )}
      />
    </>
  );
}

/** What can be done with the run as a whole. */
function HeadActions({
  backend,
  record,
  isBusy,
  onAgain,
}: {
  readonly backend: BackendClient;
  readonly record: RunRecord | undefined;
  readonly isBusy: boolean;
  readonly onAgain: () => void;
}) {
  const canDeclare = record?.status === 'finished' && record.incidentId === null && record.decision === 'root-cause';
  return (
    <>
      {canDeclare && <DeclareButton backend={backend} runId={record.id} />}
      <Button icon="sync" variant="secondary" onClick={onAgain} disabled={isBusy} data-testid={TEST_IDS.rca.analyse}>
        {T.analyse}
      </Button>
    </>
  );
}

/** Files what the run found as an incident, and goes there. */
function DeclareButton({ backend, runId }: { readonly backend: BackendClient; readonly runId: string }) {
  const { canPropose } = useClients();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  if (!canPropose) {
    return null;
  }
  const declare = () => {
    setBusy(true);
    setProblem(undefined);
    backend.runs.declareIncident(runId).then(
      ({ id }) => locationService.push(toIncidentUrl(id)),
      (error: unknown) => {
        setProblem(toProblem(error));
        setBusy(false);
      }
    );
  };
  return (
    <>
      <Button
        icon="fire"
        disabled={busy}
        onClick={declare}
        tooltip={HEAD_TEXTS.declareHint}
        data-testid={TEST_IDS.rca.declare}
      >
        {HEAD_TEXTS.declare}
      </Button>
      {problem && <ErrorState problem={problem} />}
    </>
  );
}
