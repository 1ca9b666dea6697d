import React, { type ReactNode, useMemo } from 'react';
import type { BudgetAnswer, InvestigatorSubject, RunRecord, TopologyAnswer } from '#contracts';
import type { Evidence, RcaReport } from '#model';
import { EmptyState, ErrorState, LoadingState, type Problem } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';
import type { Polled } from '../../use-polling.ts';
import type { FeedbackPort } from './feedback/FeedbackControl.tsx';
import { toModelState } from './model/model-state.ts';
import { ModelSection } from './model/ModelSection.tsx';
import { WrittenPart } from './model/WrittenPart.tsx';
import { RUN_TEXTS as T } from './rca-texts.ts';
import { ReportView } from './ReportView.tsx';
import { PartialResults } from './run/PartialResults.tsx';
import { allEvidence, EMPTY_RUN, type RunView } from './run/run-view.ts';
import { RunCourse } from './run/RunCourse.tsx';
import { RunProgress } from './run/RunProgress.tsx';
import type { RunHandle } from './run/use-run.ts';

/** What the page of a run is made of. */
export interface RunBodyProps {
  readonly backend: BackendClient | undefined;
  readonly handle: RunHandle;
  /** The run as a list told it, before its events come. */
  readonly known?: RunRecord | undefined;
  /** Shown while the run has no report. */
  readonly fallback?: { readonly report: RcaReport; readonly notice: string } | undefined;
  readonly topology: TopologyAnswer | undefined;
  readonly sources: ExploreSources;
  readonly budget: Polled<BudgetAnswer>;
  /** What the language model is asked about; undefined while that is not known. */
  readonly subject: InvestigatorSubject | undefined;
  readonly actions: (report: RcaReport, feedback: FeedbackPort | undefined) => ReactNode;
  readonly timeline?: ReactNode;
  readonly onRetry: (() => void) | undefined;
}

/** A run from its first step to its report: progress while it goes on, partial results at once, and how it ended. */
export function RunBody(props: RunBodyProps) {
  const { handle } = props;
  const { run } = handle;
  const view = run?.view ?? EMPTY_RUN;
  const linkFor = useLinks(props.sources, view.links);
  const phase = phaseOf(run, props.known);
  // What is only read soon has a report of its own.
  const fallback = phase === 'reading' ? undefined : props.fallback;
  const report = view.report ?? fallback?.report;
  return (
    <>
      <NowShown {...props} phase={phase} view={view} />
      {fallback && !view.report && <p>{fallback.notice}</p>}
      {!view.report && phase !== 'reading' && <PartialResults view={view} linkFor={linkFor} />}
      {report && <Report {...props} view={view} report={report} linkFor={linkFor} />}
      {phase === 'over' && <RunCourse view={view} ending={endingOf(view)} />}
    </>
  );
}

type Phase = 'none' | 'unreadable' | 'reading' | 'running' | 'over';

/** One that is over and not yet read is `reading`: nothing of it is under way. */
function phaseOf(run: RunHandle['run'], known: RunRecord | undefined): Phase {
  if (!run) {
    return 'none';
  }
  if (run.view.isOver) {
    return 'over';
  }
  if (run.problem) {
    return 'unreadable';
  }
  return (run.view.record ?? known)?.status === 'finished' ? 'reading' : 'running';
}

/** What happens now, or how it ended. */
function NowShown({
  handle,
  onRetry,
  phase,
  view,
}: Pick<RunBodyProps, 'handle' | 'onRetry'> & { readonly phase: Phase; readonly view: RunView }) {
  const { run } = handle;
  if (!run) {
    return null;
  }
  switch (phase) {
    case 'running':
      return (
        <RunProgress
          view={view}
          connection={run.connection}
          heardMs={run.heardMs}
          onCancel={view.record === undefined || view.record.status === 'running' ? handle.cancel : undefined}
          cancelProblem={handle.cancelProblem}
        />
      );
    case 'reading':
      return view.report ? null : <LoadingState label={T.readingRun} />;
    case 'over':
      return <Ending view={view} onRetry={onRetry} />;
    default:
      return run.problem ? <ErrorState problem={run.problem} onRetry={handle.retry} /> : null;
  }
}

function Report(
  props: RunBodyProps & {
    readonly view: RunView;
    readonly report: RcaReport;
    readonly linkFor: (evidence: Evidence) => string | undefined;
  }
) {
  const { view, report, handle, backend, budget } = props;
  const { run, addFeedback } = handle;
  const state = toModelState(view, budget.data);
  const isOwn = view.report !== undefined;
  const added = isOwn ? view.evidence : undefined;
  const evidence = useMemo(() => allEvidence({ report, evidence: added ?? [] }), [report, added]);
  const feedback = run && isOwn ? { runId: run.id, said: run.feedback, onSaid: addFeedback } : undefined;
  return (
    <>
      <ReportView
        report={report}
        evidence={evidence}
        topology={props.topology}
        sources={props.sources}
        linkFor={props.linkFor}
        feedback={feedback}
        actions={props.actions(report, feedback)}
        written={<WrittenPart state={state} sent={view.sent} report={report} />}
        hasWritten={state.kind === 'written'}
        timeline={props.timeline}
      />
      {backend && props.subject && (
        <ModelSection
          model={backend.model}
          budget={budget}
          subject={props.subject}
          sources={props.sources}
          computedConfidence={report.decision === 'root-cause' ? report.hypotheses[0]?.confidence : undefined}
        />
      )}
    </>
  );
}

/** How a run ended that did not end in a report. */
function Ending({ view, onRetry }: { readonly view: RunView; readonly onRetry: (() => void) | undefined }) {
  const { record, report } = view;
  if (report || record?.status === 'finished') {
    return null;
  }
  if (record?.status === 'cancelled') {
    return (
      <EmptyState title={T.cancelled}>
        {record.reason} {T.cancelledHint}
      </EmptyState>
    );
  }
  return <ErrorState problem={toRunProblem(view)} {...(onRetry ? { onRetry } : {})} />;
}

function toRunProblem({ errors, record }: RunView): Problem {
  const error = errors.at(-1);
  return error
    ? { source: T.source, code: error.code, message: error.message, remedy: error.remedy }
    : { source: T.source, message: record?.reason || T.lost, remedy: T.lostRemedy };
}

function endingOf({ record }: RunView): 'finished' | 'failed' | 'cancelled' {
  return record?.status === 'failed' || record?.status === 'cancelled' ? record.status : 'finished';
}

/** Where evidence can be looked at: its query, else the trace that it names. */
function useLinks(sources: ExploreSources, links: RunView['links']): (evidence: Evidence) => string | undefined {
  const { exploreUrl } = useClients();
  return (evidence) => {
    const link = links[evidence.number];
    return (
      exploreUrl(evidence, sources) ??
      (link?.kind === 'trace'
        ? exploreUrl({ ...evidence, language: 'traceql', query: link.traceId, window: link.window }, sources)
        : undefined)
    );
  };
}
