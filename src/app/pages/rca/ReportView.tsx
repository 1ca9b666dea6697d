import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import type { Evidence, RcaReport } from '#model';
import {
  CHANGE_LABELS,
  EffectsSection,
  EvidenceList,
  formatTime,
  HypothesisRanking,
  ImpactTable,
  LogPatterns,
  RuledOutTable,
  SeriesSection,
  TEST_IDS,
  TracePaths,
  WorkloadStates,
} from '#ui';
import type { ExploreSources } from '../../api/explore-url.ts';
import { FeedbackControl, type FeedbackPort } from './feedback/FeedbackControl.tsx';
import { EvidencePanels } from './panels/EvidencePanels.tsx';
import { FEEDBACK_TEXTS, PART_TEXTS as T } from './rca-texts.ts';
import { ReportNavigation, type ReportPart, ReportParts } from './ReportParts.tsx';
import { ReportSummary } from './ReportSummary.tsx';
import { Spread, Victims } from './Spread.tsx';

/** What a report is shown with. */
export interface ReportViewProps {
  readonly report: RcaReport;
  /** That of the report, and what was found after it. */
  readonly evidence: readonly Evidence[];
  readonly topology: TopologyAnswer | undefined;
  readonly sources: ExploreSources;
  readonly linkFor: (evidence: Evidence) => string | undefined;
  /** Missing where there is no run that could keep it. */
  readonly feedback: FeedbackPort | undefined;
  /** What can be done about it; stands right below what is hit. */
  readonly actions: ReactNode;
  /** What a language model wrote, or what became of it. */
  readonly written: ReactNode;
  readonly hasWritten: boolean;
  readonly timeline?: ReactNode;
}

/** A whole report, in the order in which it is asked: is it real, what broke, what is hit, what can be done, how is it known. */
export function ReportView(props: ReportViewProps) {
  const { report, feedback } = props;
  const styles = useStyles2(getStyles);
  const parts = toParts(props);
  return (
    <div
      className={styles.report}
      data-testid={TEST_IDS.rca.report}
      data-verdict={report.verdict}
      data-decision={report.decision}
    >
      <ReportSummary
        report={report}
        hasWritten={props.hasWritten}
        feedback={
          feedback && (
            <FeedbackControl port={feedback} about={{ kind: 'cause' }} name={FEEDBACK_TEXTS.theCause} isOpen />
          )
        }
      />
      <ReportNavigation parts={parts} />
      <ReportParts parts={toHit(report)} />
      {props.written}
      {props.actions}
      <ReportParts parts={parts} />
    </div>
  );
}

const part = (title: string, isThere: boolean, content: ReactNode, testId?: string): readonly ReportPart[] =>
  isThere ? [{ title, content, ...(testId === undefined ? {} : { testId }) }] : [];

/** Without a cause the figures are those of the window and nothing that was lost to anybody's trouble. */
function toHit(report: RcaReport): readonly ReportPart[] {
  const { impact = [] } = report;
  const found = report.decision === 'root-cause';
  return part(
    found ? T.hit : T.figures,
    found || impact.length > 0,
    <>
      {impact.length > 0 && <ImpactTable impact={impact} hasCause={found} />}
      {found && <Victims report={report} />}
    </>
  );
}

/** What there is to show of a report; reports of older versions lack some of it. */
function toParts(props: ReportViewProps): readonly ReportPart[] {
  const { report, topology, evidence, feedback } = props;
  const { series = [], effects, hypotheses, ruledOut, changes } = report;
  const found = report.decision === 'root-cause';
  const ofKind = (kind: NonNullable<Evidence['detail']>['kind']) =>
    evidence.filter(({ detail }) => detail?.kind === kind);
  const [logs, traces, workloads] = [ofKind('log-samples'), ofKind('trace-path'), ofKind('workload-state')];
  return [
    ...part(
      found ? T.causes : T.noCauses,
      hypotheses.length > 0,
      <HypothesisRanking hypotheses={hypotheses} leading={found ? Math.max(1, report.concurrent) : 0} />
    ),
    ...part(
      found ? T.series : T.seriesWithoutCause,
      series.length > 0,
      <SeriesSection series={series} window={report.window} changes={changes} />
    ),
    ...part(T.spread, found, <Spread report={report} topology={topology} />),
    ...part(T.logs, logs.length > 0, <LogPatterns evidence={logs} />),
    ...part(T.traces, traces.length > 0, <TracePaths evidence={traces} linkFor={props.linkFor} />),
    ...part(T.kubernetes, workloads.length > 0, <WorkloadStates evidence={workloads} />),
    ...part(T.effects, effects !== undefined, effects && <EffectsSection effects={effects} />),
    ...part(T.ruledOut, found || ruledOut.length > 0, <RuledOut ruledOut={ruledOut} />, TEST_IDS.rca.ruledOut),
    ...part(T.changes, changes.length > 0, <Changes changes={changes} />),
    ...part(T.timeline, props.timeline !== undefined, props.timeline),
    ...part(
      T.evidence,
      true,
      <EvidenceList
        evidence={evidence}
        linkFor={props.linkFor}
        {...(feedback ? { after: (item: Evidence) => <EvidenceFeedback item={item} port={feedback} /> } : {})}
      />
    ),
    ...part(
      T.panels,
      evidence.length > 0,
      <EvidencePanels evidence={evidence} window={report.window} sources={props.sources} />
    ),
  ];
}

function EvidenceFeedback({ item, port }: { readonly item: Evidence; readonly port: FeedbackPort }) {
  return (
    <FeedbackControl
      port={port}
      about={{ kind: 'evidence', id: `e${item.number}` }}
      name={FEEDBACK_TEXTS.theEvidence(item.number)}
    />
  );
}

function RuledOut({ ruledOut }: Pick<RcaReport, 'ruledOut'>) {
  return ruledOut.length === 0 ? <p>{T.noneRuledOut}</p> : <RuledOutTable ruledOut={ruledOut} />;
}

function Changes({ changes }: Pick<RcaReport, 'changes'>) {
  return (
    <ul>
      {changes.map((change) => (
        <li key={`${change.atMs} ${change.service} ${change.summary}`}>
          {T.change(formatTime(change.atMs), CHANGE_LABELS[change.kind], change.service, change.summary)}
          {describeVersion(change)}
        </li>
      ))}
    </ul>
  );
}

function describeVersion({ version, previousVersion }: RcaReport['changes'][number]): string {
  if (version === undefined) {
    return '';
  }
  return previousVersion === undefined ? T.version(version) : T.versions(version, previousVersion);
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), minWidth: 0 }),
});
