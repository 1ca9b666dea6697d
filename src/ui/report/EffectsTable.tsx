import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { CausalEffect } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { ToneBadge } from '../ToneBadge.tsx';
import {
  EFFECT_VERDICTS,
  formatFigure,
  formatProbability,
  formatShare,
  formatShareInterval,
  formatSlopeInterval,
} from './effect-text.ts';
import { EFFECT_TEXTS as T } from './report-texts.ts';
import { ShareBar, toShareDomain } from './ShareBar.tsx';

const VERDICT_ORDER: ReadonlyArray<CausalEffect['verdict']> = ['supported', 'not-supported', 'not-testable'];

/** Effects by verdict, else in the order of the report, each with its numbers, its verdict in words, and what would have been without it. */
export function EffectsTable({ effects }: { readonly effects: readonly CausalEffect[] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const domain = toShareDomain(effects);
  const ordered = VERDICT_ORDER.flatMap((verdict) => effects.filter((effect) => effect.verdict === verdict));
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>{T.caption}</caption>
        <ColumnHeads names={Object.values(T.columns)} />
        <tbody>
          {ordered.map((effect, index) => (
            <React.Fragment key={index}>
              <Numbers effect={effect} domain={domain} />
              <Words effect={effect} isOpen={index === 0} />
            </React.Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Numbers({ effect, domain }: { readonly effect: CausalEffect; readonly domain: readonly [number, number] }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const { share, slope, p, q } = effect;
  const verdict = EFFECT_VERDICTS[effect.verdict];
  return (
    <tr
      className={styles.numbers}
      data-testid={TEST_IDS.rca.effect}
      data-service={effect.service}
      data-verdict={effect.verdict}
    >
      <th scope="row">
        {effect.service} <span className={styles.metric}>{effect.metric}</span>
      </th>
      <td>
        <ToneBadge tone={verdict.tone} icon={verdict.icon}>
          {verdict.text}
        </ToneBadge>
      </td>
      <td className={cx(table.number, rows.line)} data-label={share && T.columns.share}>
        {share && (
          <>
            {formatShare(share)} <span className={table.muted}>({formatShareInterval(share)})</span>
            <ShareBar share={share} domain={domain} />
          </>
        )}
      </td>
      <td className={cx(table.number, rows.line)} data-label={slope && T.columns.slope}>
        {slope && (
          <>
            {formatFigure(slope.value)} {effect.slopeUnit}
            <div className={table.muted}>({formatSlopeInterval(slope)})</div>
          </>
        )}
      </td>
      <td className={table.number} data-label={p === undefined ? undefined : T.columns.p}>
        {p !== undefined && formatProbability(p)}
      </td>
      <td className={table.number} data-label={q === undefined ? undefined : T.columns.q}>
        {q !== undefined && formatProbability(q)}
      </td>
    </tr>
  );
}

function Words({ effect, isOpen }: { readonly effect: CausalEffect; readonly isOpen: boolean }) {
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  return (
    <tr className={styles.words}>
      <td colSpan={6} className={rows.line}>
        {effect.explanation}
        {/* An effect that is not there leaves nothing to imagine without it. */}
        {effect.verdict === 'supported' && effect.counterfactual !== undefined && (
          <details open={isOpen}>
            <summary>{T.without}</summary>
            {effect.counterfactual}
          </details>
        )}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  metric: css({ fontWeight: theme.typography.fontWeightRegular }),
  // The two rows of an effect belong together.
  numbers: css({ '&&': { borderBottom: 0 }, '&& > th, && > td': { borderBottom: 0 } }),
  words: css({ '&& > td': { paddingTop: 0, overflowWrap: 'anywhere' } }),
});
