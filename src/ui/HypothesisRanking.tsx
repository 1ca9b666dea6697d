import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Hypothesis } from '#model';
import { Citations } from './CitedText.tsx';
import { formatConfidence, formatRatio, formatTime } from './format.ts';
import { CAUSE_LABELS, SIGNAL_LABELS } from './level.ts';
import { tableStyles } from './table-style.ts';
import { TEST_IDS } from './test-ids.ts';
import { describeFeature } from './feature-text.ts';

/** Possible causes in rank order; the leading ones are open, the rest folded. `leading` counts concurrent causes. */
export function HypothesisRanking({
  hypotheses,
  leading,
}: {
  readonly hypotheses: readonly Hypothesis[];
  readonly leading: number;
}) {
  const styles = useStyles2(getStyles);
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
                <Confidence value={hypothesis.confidence} />
              </summary>
              <HypothesisDetail hypothesis={hypothesis} />
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
      <meter min={0} max={1} value={value} aria-label="Confidence" />
      confidence {formatConfidence(value)}
    </span>
  );
}

function HypothesisDetail({ hypothesis }: { readonly hypothesis: Hypothesis }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.detail}>
      <p>
        Signals: {hypothesis.signals.map((kind) => SIGNAL_LABELS[kind]).join(', ') || 'none of its own'}
        {hypothesis.onsetMs !== undefined && `. First seen ${formatTime(hypothesis.onsetMs)}`}{' '}
        <Citations numbers={hypothesis.evidence} />
      </p>
      {hypothesis.path.length > 0 && (
        <ul className={styles.path} aria-label="How it spreads">
          {hypothesis.path.map((hop) => (
            <li key={`${hop.from} ${hop.to}`}>
              {hop.from} affects {hop.to}: explains {formatRatio(hop.weight)}
              {hop.measured ? '' : ' (assumed, not measured)'}
            </li>
          ))}
        </ul>
      )}
      <ContributionTable hypothesis={hypothesis} />
    </div>
  );
}

function ContributionTable({ hypothesis }: { readonly hypothesis: Hypothesis }) {
  const table = useStyles2(tableStyles);
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        <caption>Score {hypothesis.score.toFixed(2)} is the sum of these terms</caption>
        <thead>
          <tr>
            <th scope="col">What speaks for or against it</th>
            <th scope="col">Value × weight</th>
            <th scope="col">Term</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {hypothesis.contributions.map(({ feature, value, weight, evidence }) => (
            <tr key={feature}>
              <th scope="row">{describeFeature(feature)}</th>
              <td className={table.number}>
                {value.toFixed(2)} × {weight.toFixed(2)}
              </td>
              <td className={table.number}>{(value * weight).toFixed(2)}</td>
              <td>
                <Citations numbers={evidence} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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
  detail: css({ padding: theme.spacing(1, 2) }),
  path: css({ margin: theme.spacing(0, 0, 1), paddingLeft: theme.spacing(2) }),
});
