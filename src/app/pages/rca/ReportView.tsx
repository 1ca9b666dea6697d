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
import { Section } from '../../PageFrame.tsx';
import { ReportSummary } from './ReportSummary.tsx';
import { SpreadSection } from './SpreadSection.tsx';

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
  const { exploreUrl } = useClients();
  const found = report.decision === 'root-cause';
  const { series = [], effects } = report;
  return (
    <div
      className={styles.report}
      data-testid={TEST_IDS.rca.report}
      data-verdict={report.verdict}
      data-decision={report.decision}
    >
      <ReportSummary report={report} />
      {props.actions}
      {report.hypotheses.length > 0 && (
        <Section title={found ? 'Possible causes' : 'Looked at, none of them significant'}>
          <HypothesisRanking hypotheses={report.hypotheses} leading={found ? Math.max(1, report.concurrent) : 0} />
        </Section>
      )}
      {series.length > 0 && (
        <Section title="Who moved first">
          <SeriesSection series={series} window={report.window} changes={report.changes} />
        </Section>
      )}
      {found && <SpreadSection report={report} topology={props.topology} />}
      {effects && (
        <Section title="What carries the change">
          <EffectsSection effects={effects} />
        </Section>
      )}
      <RuledOut report={report} />
      <Changes report={report} />
      <Section title="Evidence">
        <EvidenceList evidence={report.evidence} linkFor={(item) => exploreUrl(item, props.sources)} />
      </Section>
    </div>
  );
}

function RuledOut({ report }: { readonly report: RcaReport }) {
  return (
    <Section title="Ruled out" testId={TEST_IDS.rca.ruledOut}>
      {report.ruledOut.length === 0 ? (
        <p>No other service looked guilty.</p>
      ) : (
        <RuledOutTable ruledOut={report.ruledOut} />
      )}
    </Section>
  );
}

function Changes({ report }: { readonly report: RcaReport }) {
  if (report.changes.length === 0) {
    return null;
  }
  return (
    <Section title="Changes near the start">
      <ul>
        {report.changes.map((change) => (
          <li key={`${change.atMs} ${change.service} ${change.summary}`}>
            {formatTime(change.atMs)}: {CHANGE_LABELS[change.kind]} of {change.service}. {change.summary}
            {change.version !== undefined &&
              ` (version ${change.version}${change.previousVersion === undefined ? '' : `, before ${change.previousVersion}`})`}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), minWidth: 0 }),
});
