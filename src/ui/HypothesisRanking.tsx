import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Hypothesis } from '#model';
import { Citations } from './CitedText.tsx';
import { formatConfidence, formatTime } from './format.ts';
import { CAUSE_LABELS, SIGNAL_LABELS } from './level.ts';
import { describeOpinions, toLargestTerm } from './report/contribution-terms.ts';
import { ContributionTable } from './report/ContributionTable.tsx';
import { PathSteps } from './report/PathSteps.tsx';
import { RANKING_TEXTS as T } from './report/report-texts.ts';
import { TEST_IDS } from './test-ids.ts';

/** Possible causes in rank order; the leading ones are open, the rest folded. `leading` counts concurrent causes. */
export function HypothesisRanking({
  hypotheses,
  leading,
}: {
  readonly hypotheses: readonly Hypothesis[];
  readonly leading: number;
}) {
  const styles = useStyles2(getStyles);
  const largest = toLargestTerm(hypotheses);
  return (
    <ol className={styles.list}>
      {hypotheses
        .toSorted((a, b) => a.rank - b.rank)
        .map((hypothesis, index) => (
          <li key={hypothesis.service} data-testid={TEST_IDS.rca.hypothesis} data-service={hypothesis.service}>
            <details className={styles.item} open={index < leading}>
              <summary className={styles.summary}>
                <strong>
                  {hypothesis.rank}. {hypothesis.service}
                </strong>
                <span>{CAUSE_LABELS[hypothesis.cause]}</span>
                <Dissent hypothesis={hypothesis} />
                {/* Compares them with each other: without a cause it would claim what the verdict denies. */}
                {leading > 0 && <Confidence value={hypothesis.confidence} />}
              </summary>
              <HypothesisDetail hypothesis={hypothesis} largest={largest} />
            </details>
          </li>
        ))}
    </ol>
  );
}

/** Confidence as a bar and in words. */
function Confidence({ value }: { readonly value: number }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.confidence}>
      <meter min={0} max={1} value={value} aria-label={T.confidence} />
      {T.confidenceOf(formatConfidence(value))}
    </span>
  );
}

/** Where the two rankings, asked alone, place a service differently. */
function Dissent({ hypothesis }: { readonly hypothesis: Hypothesis }) {
  const styles = useStyles2(getStyles);
  const { opinions } = hypothesis;
  return opinions === undefined || opinions.linearRank === opinions.trainedRank ? null : (
    <span className={styles.muted}>{describeOpinions(hypothesis)}</span>
  );
}

function HypothesisDetail({ hypothesis, largest }: { readonly hypothesis: Hypothesis; readonly largest: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.detail}>
      <p>
        {T.signals} {hypothesis.signals.map((kind) => SIGNAL_LABELS[kind]).join(', ') || T.noSignals}
        {hypothesis.onsetMs !== undefined && T.firstSeen(formatTime(hypothesis.onsetMs))}{' '}
        <Citations numbers={hypothesis.evidence} />
      </p>
      <PathSteps hypothesis={hypothesis} />
      <ContributionTable hypothesis={hypothesis} largest={largest} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  item: css({ borderBottom: `1px solid ${theme.colors.border.weak}`, padding: theme.spacing(1, 0) }),
  summary: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    alignItems: 'center',
    cursor: 'pointer',
    // A flex summary has lost its marker.
    '&::before': { content: '"▸"' },
    'details[open] > &::before': { content: '"▾"' },
  }),
  confidence: css({ display: 'inline-flex', gap: theme.spacing(1), alignItems: 'center', marginLeft: 'auto' }),
  muted: css({ color: theme.colors.text.secondary }),
  detail: css({ padding: theme.spacing(1, 2) }),
});
