import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { RcaReport } from '#model';
import {
  CAUSE_LABELS,
  CitedText,
  formatConfidence,
  formatTime,
  PathSteps,
  TEST_IDS,
  VerdictBadge,
  WhatIsNotKnown,
} from '#ui';
import { SUMMARY_TEXTS as T } from './rca-texts.ts';

/** The answer on one card: verdict, causes, the way to the symptom, summary, reasons, and what is not known. */
export function ReportSummary({
  report,
  hasWritten,
  feedback,
}: {
  readonly report: RcaReport;
  /** Whether the words of a language model stand in a part of their own. */
  readonly hasWritten: boolean;
  readonly feedback: ReactNode;
}) {
  const styles = useStyles2(getStyles);
  const leading = report.hypotheses.slice(0, Math.max(1, report.concurrent));
  const isWorded = !hasWritten && report.narrator === 'llm' && report.narrative !== '';
  const text = isWorded ? report.narrative : report.summary;
  const [first] = leading;
  return (
    <section className={styles.summary}>
      <div className={styles.headline}>
        <VerdictBadge verdict={report.verdict} />
        <div className={styles.causes} data-testid={TEST_IDS.rca.topCause}>
          {report.decision === 'root-cause'
            ? leading.map((cause) => (
                <div key={cause.service}>
                  <strong>{cause.service}</strong>
                  {T.cause(CAUSE_LABELS[cause.cause], formatConfidence(cause.confidence))}
                </div>
              ))
            : T.decision[report.decision]}
        </div>
      </div>
      <p>
        <CitedText text={text} />
      </p>
      {isWorded && <p className={styles.muted}>{T.worded}</p>}
      {report.decision === 'root-cause' && first && <PathSteps hypothesis={first} />}
      <ul className={styles.reasons} aria-label={T.reasons}>
        {report.verdictReasons.map((reason) => (
          <li key={reason}>
            <CitedText text={reason} />
          </li>
        ))}
      </ul>
      <WhatIsNotKnown coverage={report.coverage ?? []} gaps={report.gaps} isOpen={report.verdict === 'INCONCLUSIVE'} />
      <p className={styles.muted}>
        {report.decision === 'root-cause' && `${describeSymptom(report)} ${T.onset(formatTime(report.onsetMs))} `}
        {T.window(formatTime(report.window.fromMs), formatTime(report.window.toMs))}{' '}
        {T.baseline(formatTime(report.baseline.fromMs), formatTime(report.baseline.toMs))}
      </p>
      {feedback}
    </section>
  );
}

function describeSymptom({ target }: RcaReport): string {
  return target.symptom === 'latency' ? T.latency(target.service) : T.errors(target.service);
}

const getStyles = (theme: GrafanaTheme2) => ({
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
  causes: css({ fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  reasons: css({ paddingLeft: theme.spacing(2) }),
  muted: css({ color: theme.colors.text.secondary, margin: theme.spacing(0, 0, 1) }),
});
