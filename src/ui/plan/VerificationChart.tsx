import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { CheckResult, PlanRecord } from '#contracts';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { formatCheckValue, formatTime } from '../format.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { CHECK_TEXTS as T } from './plan-texts.ts';
import { type CheckRounds, type RoundPoint, toCheckRounds } from './verification-rounds.ts';

type Check = PlanRecord['verification'][number];

/** The values of every check over the rounds against its threshold, as drawings and as a table. */
export function VerificationCharts(props: {
  readonly checks: readonly Check[];
  readonly results: readonly CheckResult[];
}) {
  const styles = useStyles2(getStyles);
  const { checks, results } = props;
  if (results.length === 0) {
    return null;
  }
  return (
    <>
      <div className={styles.charts}>
        {checks.map((check) => (
          <CheckChart key={check.name} check={check} rounds={toCheckRounds(check, results)} />
        ))}
      </div>
      <p className={styles.muted}>{T.signs}</p>
      <details>
        <summary>{T.asTable}</summary>
        <RoundsTable checks={checks} results={results} />
      </details>
    </>
  );
}

function CheckChart({ check, rounds }: { readonly check: Check; readonly rounds: CheckRounds }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const { points, thresholdY, wanted, lines } = rounds;
  const good = theme.colors.success.text;
  const passed = points.filter((point) => point.passed).length;
  const last = points.at(-1);
  const lastText = last ? valueText(check, last) : T.noRound;
  const label = T.chart(check.name, points.length, passed, lastText, wantedText(check));
  return (
    <figure className={styles.chart} data-testid={TEST_IDS.plan.chart}>
      <figcaption>
        <strong>{check.name}</strong> <span className={styles.muted}>{T.wanted(wantedText(check))}</span>
      </figcaption>
      <svg viewBox="-4 -4 308 108" role="img" aria-label={label}>
        {wanted && (
          <rect
            x={0}
            width={300}
            y={wanted === 'below' ? thresholdY : 0}
            height={wanted === 'below' ? 100 - thresholdY : thresholdY}
            fill={good}
            opacity={0.12}
          />
        )}
        <line
          x1={0}
          x2={300}
          y1={thresholdY}
          y2={thresholdY}
          stroke={theme.colors.text.secondary}
          strokeDasharray="5 4"
        />
        {lines.map((line) => (
          <polyline
            key={line[0]?.round}
            points={line.map(({ x, y }) => `${x * 3},${y}`).join(' ')}
            fill="none"
            stroke={theme.colors.text.primary}
            strokeWidth={1.5}
          />
        ))}
        {points.map((point) => (
          <Mark
            key={point.round}
            point={point}
            good={good}
            bad={theme.colors.error.text}
            none={theme.colors.warning.text}
          />
        ))}
      </svg>
    </figure>
  );
}

function Mark(props: {
  readonly point: RoundPoint;
  readonly good: string;
  readonly bad: string;
  readonly none: string;
}) {
  const { x, y, passed } = props.point;
  const cx = x * 3;
  if (y === undefined) {
    return (
      <text x={cx} y={58} textAnchor="middle" fontSize={16} fontWeight={700} fill={props.none}>
        ?
      </text>
    );
  }
  return passed ? (
    <circle cx={cx} cy={y} r={3.5} fill={props.good} />
  ) : (
    <path d={`M${cx - 4},${y - 4}l8,8m0,-8l-8,8`} stroke={props.bad} strokeWidth={2} fill="none" />
  );
}

function RoundsTable({
  checks,
  results,
}: {
  readonly checks: readonly Check[];
  readonly results: readonly CheckResult[];
}) {
  const table = useStyles2(tableStyles);
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        <ColumnHeads names={Object.values(T.roundColumns)} />
        <tbody>
          {checks.flatMap((check) =>
            toCheckRounds(check, results).points.map((point) => (
              <tr key={`${check.name} ${point.round}`}>
                <td className={table.number}>{point.round}</td>
                <td>{check.name}</td>
                <td className={table.number}>{valueText(check, point)}</td>
                <td>{formatTime(point.atMs)}</td>
              </tr>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

function valueText({ unit }: Check, { value, passed }: RoundPoint): string {
  return value === null ? T.noData : T.outcome(formatCheckValue(value, unit), passed);
}

function wantedText({ operator, threshold, unit }: Check): string {
  return `${operator} ${formatCheckValue(threshold, unit)}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  charts: css({
    display: 'grid',
    gap: theme.spacing(1, 2),
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))',
  }),
  chart: css({
    margin: 0,
    '& figcaption': { overflowWrap: 'anywhere' },
    '& svg': {
      display: 'block',
      width: '100%',
      maxWidth: 480,
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.default,
    },
  }),
  muted: css({ color: theme.colors.text.secondary }),
});
