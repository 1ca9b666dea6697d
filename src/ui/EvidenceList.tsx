import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, TextLink, useStyles2 } from '@grafana/ui';
import type { Evidence } from '#model';
import { toEvidenceId } from './CitedText.tsx';
import { formatTime, formatValue } from './format.ts';
import { formatClock } from './report/clock.ts';
import { EVIDENCE_LIST_TEXTS as T } from './report/report-texts.ts';
import { TEST_IDS } from './test-ids.ts';

/**
 * Numbered evidence, in order of number.
 * @param linkFor address where the query can be run again, for example in Explore; undefined hides the link
 * @param after stands at the end of an item, for example what people said about it
 */
export function EvidenceList(props: {
  readonly evidence: readonly Evidence[];
  readonly linkFor?: (evidence: Evidence) => string | undefined;
  readonly after?: (evidence: Evidence) => ReactNode;
}) {
  const styles = useStyles2(getStyles);
  if (props.evidence.length === 0) {
    return <p className={styles.muted}>{T.none}</p>;
  }
  return (
    <ol className={styles.list} data-testid={TEST_IDS.rca.evidence}>
      {props.evidence
        .toSorted((a, b) => a.number - b.number)
        .map((item) => (
          <EvidenceItem key={item.number} item={item} href={props.linkFor?.(item)} after={props.after?.(item)} />
        ))}
    </ol>
  );
}

function EvidenceItem({
  item,
  href,
  after,
}: {
  readonly item: Evidence;
  readonly href: string | undefined;
  readonly after: ReactNode;
}) {
  const styles = useStyles2(getStyles);
  const { query = '' } = item;
  return (
    <li className={styles.item} id={toEvidenceId(item.number)} tabIndex={-1} value={item.number}>
      <div>
        <span className={styles.number}>[{item.number}]</span> {item.statement}
      </div>
      <div className={styles.origin}>
        <span className={styles.muted}>{describeOrigin(item)}</span>
        {href !== undefined && (
          <TextLink href={href} variant="bodySmall" inline>
            {item.detail?.kind === 'trace-path' ? T.trace : T.explore}
          </TextLink>
        )}
        {query !== '' && (
          <details>
            <summary>{T.query}</summary>
            <pre className={styles.query}>{query}</pre>
            <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => query}>
              {T.copy}
            </ClipboardButton>
          </details>
        )}
        {after}
      </div>
    </li>
  );
}

/** Source, service, when, and what was seen against what is usual. */
function describeOrigin({ source, service, atMs, window, observed, baseline, unit }: Evidence): string {
  return [
    T.origin(T.sources[source], service),
    ...(atMs === undefined ? [] : [formatTime(atMs)]),
    ...(atMs === undefined && window ? [T.window(formatClock(window.fromMs), formatClock(window.toMs))] : []),
    ...(observed === undefined || unit === undefined ? [] : [T.observed(formatValue(observed, unit))]),
    ...(observed === undefined || unit === undefined || baseline === undefined
      ? []
      : [T.usual(formatValue(baseline, unit))]),
  ].join(', ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  item: css({
    padding: theme.spacing(1),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&:focus': { outline: `2px solid ${theme.colors.primary.border}`, background: theme.colors.action.selected },
  }),
  number: css({ fontWeight: theme.typography.fontWeightBold, fontVariantNumeric: 'tabular-nums' }),
  muted: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  // An unfolded query takes a line of its own.
  origin: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0, 2),
    '& > details[open]': { flexBasis: '100%', minWidth: 0 },
  }),
  query: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: theme.spacing(1, 0) }),
});
