import React, { useCallback, useEffect, useMemo } from 'react';
import { css } from '@emotion/css';
import { dateMath, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { RcaReport, RcaTarget } from '#model';
import { EmptyState, ErrorState, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { toIncidentUrl } from '../../routes.ts';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { AnalysisProgress } from './AnalysisProgress.tsx';
import { ProposalList } from './ProposalList.tsx';
import { ReportView } from './ReportView.tsx';
import { type AnalysisEnd, toStageTimes } from './stage-times.ts';
import { formatTook, StageList } from './StageList.tsx';
import { type AnalysisCourse, useAnalysis } from './use-analysis.ts';

const POLL_MS = 10_000;

/** Analyses the service of the address at once and shows progress, result or failure. */
export function AnalysisView({
  backend,
  target,
  range,
}: { readonly backend: BackendClient; readonly target: RcaTarget } & WindowedProps) {
  const styles = useStyles2(getStyles);
  const { state, start, cancel } = useAnalysis(backend);
  const fromText = boundOf(range.raw.from);
  const toText = boundOf(range.raw.to);
  const { service } = target;
  const run = useCallback(() => {
    const window = resolveWindow(fromText, toText);
    start({ service, ...window, narrate: true });
  }, [start, service, fromText, toText]);
  useEffect(() => run(), [run]);
  return (
    <>
      <div className={styles.head}>
        <h2 className={styles.title}>{service}</h2>
        <Button
          icon="sync"
          variant="secondary"
          onClick={run}
          disabled={state.kind === 'running'}
          data-testid={TEST_IDS.rca.analyse}
        >
          Analyse again
        </Button>
      </div>
      <OpenIncidentNotice service={service} />
      {state.kind === 'running' && (
        <AnalysisProgress begun={state.begun} startedMs={state.startedMs} onCancel={cancel} />
      )}
      {state.kind === 'cancelled' && (
        <EmptyState title="The analysis was cancelled">
          Nothing was changed. Start it again with “Analyse again”.
          <Course course={state.course} end="cancelled" />
        </EmptyState>
      )}
      {state.kind === 'failed' && (
        <div>
          <Course course={state.course} end="failed" />
          <ErrorState problem={state.problem} onRetry={run} />
        </div>
      )}
      {state.kind === 'done' && (
        <>
          <Result backend={backend} report={state.report} target={target} />
          <details data-testid={TEST_IDS.rca.took}>
            <summary>Analysed in {formatTook(state.course.tookMs)}</summary>
            <Course course={state.course} end="done" />
          </details>
        </>
      )}
    </>
  );
}

/** How far an analysis came that is over; nothing when it did not even begin. */
function Course({ course, end }: { readonly course: AnalysisCourse; readonly end: AnalysisEnd }) {
  return course.begun.length === 0 ? null : <StageList stages={toStageTimes(course.begun, course.tookMs, end)} />;
}

function Result({
  backend,
  report,
  target,
}: {
  readonly backend: BackendClient;
  readonly report: RcaReport;
  readonly target: RcaTarget;
}) {
  const topology = useTopologyOf(backend, report);
  const sources = useMemo(
    () => ({
      ...(target.metricsDs ? { metricsDs: target.metricsDs } : {}),
      ...(target.logsDs ? { logsDs: target.logsDs } : {}),
      ...(target.tracesDs ? { tracesDs: target.tracesDs } : {}),
    }),
    [target.metricsDs, target.logsDs, target.tracesDs]
  );
  return (
    <ReportView
      report={report}
      topology={topology}
      sources={sources}
      actions={
        <ProposalList
          proposals={report.proposals}
          incidentId={undefined}
          hasCause={report.decision === 'root-cause'}
          planned={[]}
        />
      }
    />
  );
}

/** The topology of the report's window; undefined until it is there, and when it cannot be read. */
export function useTopologyOf(backend: BackendClient | undefined, report: RcaReport) {
  const { fromMs, toMs } = report.window;
  const load = useCallback(
    (signal: AbortSignal) =>
      backend ? backend.topology({ fromMs, toMs }, signal) : Promise.reject(new Error('No data source')),
    [backend, fromMs, toMs]
  );
  return usePolling(load, 3_600_000).data;
}

function OpenIncidentNotice({ service }: { readonly service: string }) {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.incidents('open', signal), [executor]);
  const { data } = usePolling(load, POLL_MS);
  const open = data?.find(
    (incident) => incident.service === service || incident.report.hypotheses[0]?.service === service
  );
  if (!open) {
    return null;
  }
  return (
    <Alert severity="info" title={`There is an open incident about ${service}`}>
      Its page shows the same kind of report together with the actions that wait for approval.{' '}
      <TextLink href={toIncidentUrl(open.id)}>Open the incident</TextLink>
    </Alert>
  );
}

function boundOf(bound: { valueOf(): string | number } | string): string {
  return String(bound.valueOf());
}

/** Turns `now-1h` or epoch ms into a window; `now` is the time of the call. */
export function resolveWindow(from: string, to: string): { fromMs: number; toMs: number } {
  const now = Date.now();
  const read = (text: string, fallback: number) =>
    /^\d+$/.test(text) ? Number(text) : (dateMath.toDateTime(text, {})?.valueOf() ?? fallback);
  const toMs = read(to, now);
  return { fromMs: Math.min(read(from, toMs - 3_600_000), toMs), toMs };
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'center',
    justifyContent: 'space-between',
  }),
  title: css({ margin: 0, overflowWrap: 'anywhere' }),
});
