import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, TextLink, useStyles2 } from '@grafana/ui';
import type { Evidence, EvidenceSource } from '#model';
import { toEvidenceId } from './CitedText.tsx';
import { formatTime, formatValue } from './format.ts';
import { TEST_IDS } from './test-ids.ts';

const SOURCES: Readonly<Record<EvidenceSource, string>> = {
  metric: 'Metric',
  log: 'Logs',
  trace: 'Traces',
  change: 'Change',
  topology: 'Topology',
  kubernetes: 'Kubernetes',
  impact: 'Impact',
  alert: 'Alerts',
};

/**
 * Numbered evidence, in order of number.
 * @param linkFor address where the query can be run again, for example in Explore; undefined hides the link
 */
export function EvidenceList(props: {
  readonly evidence: readonly Evidence[];
  readonly linkFor?: (evidence: Evidence) => string | undefined;
}) {
  const styles = useStyles2(getStyles);
  if (props.evidence.length === 0) {
    return <p className={styles.muted}>No evidence was collected.</p>;
  }
  return (
    <ol className={styles.list} data-testid={TEST_IDS.rca.evidence}>
      {props.evidence
        .toSorted((a, b) => a.number - b.number)
        .map((item) => (
          <EvidenceItem key={item.number} item={item} href={props.linkFor?.(item)} />
        ))}
    </ol>
  );
}

function EvidenceItem({ item, href }: { readonly item: Evidence; readonly href: string | undefined }) {
  const styles = useStyles2(getStyles);
  const measured = item.observed !== undefined && item.unit !== undefined;
  return (
    <li className={styles.item} id={toEvidenceId(item.number)} tabIndex={-1} value={item.number}>
      <div>
        <span className={styles.number}>[{item.number}]</span> {item.statement}
      </div>
      <div className={styles.origin}>
        <span className={styles.muted}>
          {SOURCES[item.source]} of {item.service}
          {item.atMs !== undefined && `, ${formatTime(item.atMs)}`}
          {measured && item.unit && `, observed ${formatValue(item.observed, item.unit)}`}
          {measured && item.unit && item.baseline !== undefined && `, usual ${formatValue(item.baseline, item.unit)}`}
        </span>
        {item.query !== undefined && item.query !== '' && (
          <details>
            <summary>Query</summary>
            <pre className={styles.query}>{item.query}</pre>
            <div className={styles.actions}>
              <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => item.query ?? ''}>
                Copy query
              </ClipboardButton>
              {href !== undefined && <TextLink href={href}>Run in Explore</TextLink>}
            </div>
          </details>
        )}
      </div>
    </li>
  );
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
  actions: css({ display: 'flex', gap: theme.spacing(2), alignItems: 'center' }),
});
