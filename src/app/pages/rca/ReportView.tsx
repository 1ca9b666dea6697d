import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import type { RcaReport } from '#model';
import {
  CHANGE_LABELS,
  EffectsSection,
  EvidenceList,
  formatTime,
  HypothesisRanking,
  RuledOutTable,
  SeriesSection,
  TEST_IDS,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';
import { ReportNavigation, type ReportPart, ReportParts } from './ReportParts.tsx';
import { ReportSummary } from './ReportSummary.tsx';
import { Spread } from './Spread.tsx';

/** A whole report: the answer, its causes, who moved first, how it spread, what carries it, and what speaks against it. */
export function ReportView(props: {
  readonly report: RcaReport;
  readonly topology: TopologyAnswer | undefined;
  readonly sources?: ExploreSources;
  /** What can be done about it; stands right below the summary. */
  readonly actions?: ReactNode;
}) {
  const { report } = props;
  const styles = useStyles2(getStyles);
  const parts = useParts(props);
  return (
    <div
      className={styles.report}
      data-testid={TEST_IDS.rca.report}
      data-verdict={report.verdict}
      data-decision={report.decision}
    >
      <ReportSummary report={report} />
      <ReportNavigation parts={parts} />
      {props.actions}
      <ReportParts parts={parts} />
    </div>
  );
}

/** What there is to show of a report; reports of older versions lack some of it. */
function useParts({ report, topology, sources }: Parameters<typeof ReportView>[0]): readonly ReportPart[] {
  const { exploreUrl } = useClients();
  const { series = [], effects, hypotheses, ruledOut, changes, evidence } = report;
  const found = report.decision === 'root-cause';
  const part = (title: string, isThere: boolean, content: ReactNode, testId?: string): readonly ReportPart[] =>
    isThere ? [{ title, content, ...(testId === undefined ? {} : { testId }) }] : [];
  return [
    ...part(
      found ? 'Possible causes' : 'Looked at, none of them significant',
      hypotheses.length > 0,
      <HypothesisRanking hypotheses={hypotheses} leading={found ? Math.max(1, report.concurrent) : 0} />
    ),
    ...part(
      found ? 'Who moved first' : 'Signals over time',
      series.length > 0,
      <SeriesSection series={series} window={report.window} changes={changes} />
    ),
    ...part('How it spread', found, <Spread report={report} topology={topology} />),
    ...part('Causal effects', effects !== undefined, effects && <EffectsSection effects={effects} />),
    ...part('Ruled out', found || ruledOut.length > 0, <RuledOut ruledOut={ruledOut} />, TEST_IDS.rca.ruledOut),
    ...part('Changes near the start', changes.length > 0, <Changes changes={changes} />),
    ...part('Evidence', true, <EvidenceList evidence={evidence} linkFor={(item) => exploreUrl(item, sources)} />),
  ];
}

function RuledOut({ ruledOut }: Pick<RcaReport, 'ruledOut'>) {
  return ruledOut.length === 0 ? <p>No other service looked guilty.</p> : <RuledOutTable ruledOut={ruledOut} />;
}

function Changes({ changes }: Pick<RcaReport, 'changes'>) {
  return (
    <ul>
      {changes.map((change) => (
        <li key={`${change.atMs} ${change.service} ${change.summary}`}>
          {formatTime(change.atMs)}: {CHANGE_LABELS[change.kind]} of {change.service}. {change.summary}
          {change.version !== undefined &&
            ` (version ${change.version}${change.previousVersion === undefined ? '' : `, before ${change.previousVersion}`})`}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), minWidth: 0 }),
});
