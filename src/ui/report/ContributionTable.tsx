import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Hypothesis } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { Citations } from '../CitedText.tsx';
import { describeFeature } from '../feature-text.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { type ContributionTerm, toTerms } from './contribution-terms.ts';
import { TERM_TEXTS as T } from './report-texts.ts';

/**
 * What speaks for and against a service as cause: a bar to either side of zero for each part of its score, and the same
 * in numbers. `largest` is the part that fills half of the track.
 */
export function ContributionTable({
  hypothesis,
  largest,
}: {
  readonly hypothesis: Hypothesis;
  readonly largest: number;
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>{T.caption(formatNumber(hypothesis.score))}</caption>
        <ColumnHeads names={Object.values(T.columns)} />
        <tbody>
          {toTerms(hypothesis).map((term) => (
            <Row key={term.contribution?.feature ?? ''} term={term} largest={largest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ term: { contribution, term }, largest }: { readonly term: ContributionTerm; readonly largest: number }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  return (
    <tr data-testid={TEST_IDS.rca.term} data-feature={contribution?.feature}>
      <th scope="row">{contribution ? describeFeature(contribution.feature) : T.rest}</th>
      <td className={cx(styles.term, rows.line)}>
        <div className={styles.measure}>
          <span className={styles.number}>{formatTerm(term)}</span>
          {contribution && <TermBar share={largest > 0 ? term / largest : 0} />}
        </div>
      </td>
      <td className={table.number}>
        {contribution && `${formatNumber(contribution.value)} × ${formatNumber(contribution.weight)}`}
      </td>
      <td>{contribution && <Citations numbers={contribution.evidence} />}</td>
    </tr>
  );
}

/** Two decimals with a real minus; nothing rounds to minus zero. */
function formatNumber(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : text;
}

/** A part of a score with its sign. */
function formatTerm(term: number): string {
  const text = formatNumber(term);
  return term > 0 && text !== '0.00' ? `+${text}` : text;
}

/** `share` from -1 to 1 of either half. The number beside it says the same. */
function TermBar({ share }: { readonly share: number }) {
  const styles = useStyles2(getStyles);
  const width = `${Math.min(1, Math.abs(share)) * 50}%`;
  return (
    <span className={styles.track} aria-hidden>
      <span
        className={cx(styles.bar, share < 0 ? styles.against : styles.speaksFor)}
        style={share < 0 ? { right: '50%', width } : { left: '50%', width }}
      />
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  term: css({ width: '40%' }),
  measure: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  number: css({ minWidth: theme.spacing(5.5), textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  track: css({
    position: 'relative',
    flexGrow: 1,
    height: theme.spacing(1.75),
    minWidth: theme.spacing(12),
    background: theme.colors.background.secondary,
    // The zero.
    '&::after': {
      content: '""',
      position: 'absolute',
      left: '50%',
      top: -2,
      bottom: -2,
      borderLeft: `1px solid ${theme.colors.text.secondary}`,
    },
  }),
  bar: css({ position: 'absolute', top: 0, bottom: 0 }),
  speaksFor: css({ background: theme.colors.error.main }),
  against: css({ background: theme.colors.info.main }),
});
