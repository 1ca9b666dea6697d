import React, { type ReactNode, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { TopologyAnswer } from '#contracts';
import { type RcaReport, type ServiceName, toRcaUrl } from '#model';
import {
  CAUSE_LABELS,
  CHANGE_LABELS,
  CitedText,
  EvidenceList,
  formatConfidence,
  formatRatio,
  formatTime,
  HypothesisRanking,
  ServiceGraphView,
  TEST_IDS,
  toHighlight,
  toReportGraph,
  toSubgraph,
  VerdictBadge,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';
import { Section } from '../../PageFrame.tsx';

/** A whole report: verdict and cause first, then how it spread, evidence, and what speaks against it. */
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
  return (
    <div
      className={styles.report}
      data-testid={TEST_IDS.rca.report}
      data-verdict={report.verdict}
      data-decision={report.decision}
    >
      <Summary report={report} />
      {props.actions}
      {found && (
        <Section title="How it spread">
          <PathGraph report={report} topology={props.topology} />
        </Section>
      )}
      {report.hypotheses.length > 0 && (
        <Section title={found ? 'Possible causes' : 'Looked at, none of them significant'}>
          <HypothesisRanking hypotheses={report.hypotheses} leading={found ? Math.max(1, report.concurrent) : 0} />
        </Section>
      )}
      <Section title="Evidence">
        <EvidenceList evidence={report.evidence} linkFor={(item) => exploreUrl(item, props.sources)} />
      </Section>
      <RuledOutList report={report} />
      <Victims report={report} />
      <Changes report={report} />
      <Gaps report={report} />
    </div>
  );
}

const DECISIONS: Readonly<Record<RcaReport['decision'], string>> = {
  'root-cause': '',
  'no-significant-root-cause': 'No significant root cause: nothing stands out from the usual.',
  'insufficient-data': 'Not enough data to name a cause.',
};

function Summary({ report }: { readonly report: RcaReport }) {
  const styles = useStyles2(getStyles);
  const leading = report.hypotheses.slice(0, Math.max(1, report.concurrent));
  const text = report.narrator === 'llm' && report.narrative !== '' ? report.narrative : report.summary;
  return (
    <section className={styles.summary}>
      <div className={styles.headline}>
        <VerdictBadge verdict={report.verdict} />
        <div className={styles.causes} data-testid={TEST_IDS.rca.topCause}>
          {report.decision === 'root-cause'
            ? leading.map((cause) => (
                <div key={cause.service}>
                  <strong>{cause.service}</strong>: {CAUSE_LABELS[cause.cause]} (confidence{' '}
                  {formatConfidence(cause.confidence)})
                </div>
              ))
            : DECISIONS[report.decision]}
        </div>
      </div>
      <p>
        <CitedText text={text} />
      </p>
      {report.narrator === 'llm' && <p className={styles.muted}>Worded by a language model from the evidence below.</p>}
      <ul className={styles.reasons} aria-label="Reasons for the verdict">
        {report.verdictReasons.map((reason) => (
          <li key={reason}>
            <CitedText text={reason} />
          </li>
        ))}
      </ul>
      <p className={styles.muted}>
        {report.decision === 'root-cause' &&
          `${describeSymptom(report)} First strange sample ${formatTime(report.onsetMs)}. `}
        Looked at {formatTime(report.window.fromMs)} to {formatTime(report.window.toMs)}, compared with{' '}
        {formatTime(report.baseline.fromMs)} to {formatTime(report.baseline.toMs)}.
      </p>
    </section>
  );
}

function describeSymptom({ target }: RcaReport): string {
  return `${target.symptom === 'latency' ? 'Slow responses' : 'Errors'} of ${target.service}.`;
}

function PathGraph({
  report,
  topology,
}: {
  readonly report: RcaReport;
  readonly topology: TopologyAnswer | undefined;
}) {
  const [selected, setSelected] = useState<ServiceName>();
  const highlight = useMemo(() => toHighlight(report), [report]);
  const graph = useMemo(() => {
    if (!topology || topology.graph.nodes.length === 0) {
      return toReportGraph(report);
    }
    const hops = highlight.path.flatMap(({ from, to }) => [from, to]);
    return toSubgraph(
      topology.graph,
      new Set([report.target.service, ...highlight.causes, ...highlight.victims, ...hops])
    );
  }, [report, topology, highlight]);
  const services = useMemo(() => topology?.services ?? [], [topology]);
  return (
    <ServiceGraphView
      graph={graph}
      services={services}
      highlight={highlight}
      selected={selected}
      onSelect={setSelected}
      layout="section"
    />
  );
}

function RuledOutList({ report }: { readonly report: RcaReport }) {
  return (
    <Section title="Ruled out" testId={TEST_IDS.rca.ruledOut}>
      {report.ruledOut.length === 0 ? (
        <p>No other service looked guilty.</p>
      ) : (
        <ul>
          {report.ruledOut.map(({ service, reason, explainedBy, share }) => (
            <li key={service}>
              <strong>{service}</strong>: <CitedText text={reason} />
              {explainedBy !== undefined &&
                ` Explained by ${explainedBy}${share === undefined ? '' : ` (${formatRatio(share)})`}.`}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Victims({ report }: { readonly report: RcaReport }) {
  const styles = useStyles2(getStyles);
  const range = { from: String(report.window.fromMs), to: String(report.window.toMs) };
  if (report.victims.length === 0) {
    return null;
  }
  return (
    <Section title="Suffers from it" testId={TEST_IDS.rca.victims}>
      <ul className={styles.inline}>
        {report.victims.map((service) => (
          <li key={service}>
            <TextLink href={toRcaUrl({ service, ...range })}>{service}</TextLink>
          </li>
        ))}
      </ul>
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

function Gaps({ report }: { readonly report: RcaReport }) {
  if (report.gaps.length === 0) {
    return null;
  }
  return (
    <Section title="What was missing" testId={TEST_IDS.rca.gaps}>
      <p>These inputs could have changed the confidence.</p>
      <ul>
        {report.gaps.map(({ source, reason }) => (
          <li key={`${source} ${reason}`}>
            <strong>{source}</strong>: {reason}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), minWidth: 0 }),
  summary: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  headline: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'center',
    marginBottom: theme.spacing(1),
  }),
  causes: css({ fontSize: theme.typography.h4.fontSize }),
  reasons: css({ paddingLeft: theme.spacing(2) }),
  muted: css({ color: theme.colors.text.secondary, margin: 0 }),
  inline: css({ listStyle: 'none', padding: 0, display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2) }),
});
