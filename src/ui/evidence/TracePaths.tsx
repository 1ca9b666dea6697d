import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { Evidence, PathStretch, TracePath } from '#model';
import { Citations } from '../CitedText.tsx';
import { formatSeconds } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { EVIDENCE_TEXTS as T } from './evidence-texts.ts';
import { chooseStretches, isStrange, toBar } from './trace-bars.ts';

/** Slow and failed traces with their critical path beside what is usual. `linkFor` opens a trace where it can be opened. */
export function TracePaths({
  evidence,
  linkFor,
}: {
  readonly evidence: readonly Evidence[];
  readonly linkFor: (evidence: Evidence) => string | undefined;
}) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} data-testid={TEST_IDS.rca.tracePaths}>
      {evidence.map((item) =>
        item.detail?.kind === 'trace-path' ? (
          <li key={item.number} className={styles.item}>
            <Trace item={item} detail={item.detail} href={linkFor(item)} />
          </li>
        ) : null
      )}
    </ul>
  );
}

function Trace({
  item,
  detail,
  href,
}: {
  readonly item: Evidence;
  readonly detail: TracePath;
  readonly href: string | undefined;
}) {
  const styles = useStyles2(getStyles);
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const { shown, hidden } = chooseStretches(detail.path);
  const hiddenMs = hidden.reduce((sum, { selfMs }) => sum + selfMs, 0);
  return (
    <>
      <div className={styles.head}>
        <strong>{item.service}</strong>
        <code className={styles.id}>{detail.traceId.slice(0, 16)}</code>
        <span>
          <strong>{T.trace(detail.durationMs)}</strong>, {T.traceUsual(detail.usualMs, detail.comparedWith)}
        </span>
        <Citations numbers={[item.number]} />
        {href !== undefined && <TextLink href={href}>{T.openTrace}</TextLink>}
      </div>
      <div className={table.wrapper}>
        <table className={cx(table.table, rows.stacked)}>
          <caption>{T.tracePath}</caption>
          <thead>
            <tr>
              <th scope="col">{T.pathColumns.where}</th>
              <th scope="col">{T.pathColumns.when}</th>
              <th scope="col">{T.pathColumns.took}</th>
              <th scope="col">{T.pathColumns.usual}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((stretch, index) => (
              <Row key={index} stretch={stretch} durationMs={detail.durationMs} />
            ))}
          </tbody>
        </table>
      </div>
      {hidden.length > 0 && <p className={styles.muted}>{T.shorter(hidden.length, hiddenMs)}</p>}
    </>
  );
}

function Row({ stretch, durationMs }: { readonly stretch: PathStretch; readonly durationMs: number }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const { service, operation, selfMs, usualSelfMs, isFailed } = stretch;
  const bar = toBar(stretch, durationMs);
  return (
    <tr>
      <th scope="row">
        {service} <span className={styles.operation}>{operation}</span>
        {isFailed && <span className={styles.failed}> {T.failed}</span>}
      </th>
      <td className={cx(styles.when, rows.line)}>
        {/* The numbers beside it say the same. */}
        <span className={styles.track} aria-hidden>
          <span
            className={cx(styles.bar, isFailed && styles.barFailed)}
            style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
          />
          {bar.usualWidth !== undefined && (
            <span className={styles.usual} style={{ left: `${bar.left}%`, width: `${bar.usualWidth}%` }} />
          )}
        </span>
      </td>
      <td className={table.number} data-label={T.pathColumns.took}>
        {isStrange(stretch, durationMs) ? (
          <strong className={styles.strange}>{formatSeconds(selfMs / 1000)}</strong>
        ) : (
          formatSeconds(selfMs / 1000)
        )}
      </td>
      <td className={table.number} data-label={T.pathColumns.usual}>
        {usualSelfMs === null ? T.notSeen : formatSeconds(usualSelfMs / 1000)}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: theme.spacing(3), minWidth: 0 }),
  item: css({ minWidth: 0 }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  id: css({ fontSize: theme.typography.bodySmall.fontSize }),
  operation: css({ fontWeight: theme.typography.fontWeightRegular, color: theme.colors.text.secondary }),
  failed: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  muted: css({ color: theme.colors.text.secondary }),
  strange: css({ color: theme.colors.warning.text }),
  when: css({ width: '45%' }),
  track: css({
    display: 'block',
    position: 'relative',
    height: theme.spacing(2),
    minWidth: theme.spacing(15),
    background: theme.colors.background.secondary,
  }),
  bar: css({ position: 'absolute', top: 2, height: theme.spacing(1), background: theme.colors.warning.main }),
  barFailed: css({ background: theme.colors.error.main }),
  usual: css({ position: 'absolute', bottom: 2, height: 3, background: theme.colors.text.secondary }),
});
