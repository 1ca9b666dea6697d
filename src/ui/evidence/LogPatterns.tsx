import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Evidence, LogSamples } from '#model';
import { Citations } from '../CitedText.tsx';
import { formatClock } from '../report/clock.ts';
import { TEST_IDS } from '../test-ids.ts';
import { ToneBadge } from '../ToneBadge.tsx';
import { EVIDENCE_TEXTS as T } from './evidence-texts.ts';

/** Lines that are read at once, of a new template and of another; the others are folded. */
const SHOWN_NEW = 2;
const SHOWN_OTHER = 1;

/** Log templates that are new or came more often or less often, with lines as they were written. */
export function LogPatterns({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} data-testid={TEST_IDS.rca.logPatterns}>
      {evidence.map((item) =>
        item.detail?.kind === 'log-samples' ? (
          <li key={item.number} className={styles.item}>
            <Pattern item={item} detail={item.detail} />
          </li>
        ) : null
      )}
    </ul>
  );
}

function Pattern({ item, detail }: { readonly item: Evidence; readonly detail: LogSamples }) {
  const styles = useStyles2(getStyles);
  const { template, count, usualCount, isNew, lines } = detail;
  const most = isNew ? SHOWN_NEW : SHOWN_OTHER;
  const [first, rest] = [lines.slice(0, most), lines.slice(most)];
  return (
    <>
      <div className={styles.head}>
        <ToneBadge tone={isNew ? 'error' : 'warning'} icon={isNew ? 'plus-circle' : 'arrow-up'}>
          {isNew ? T.isNew : T.changed}
        </ToneBadge>
        <strong>{item.service}</strong>
        <span className={styles.muted}>
          {T.lines(count)}, {T.usualLines(usualCount)}
        </span>
        <Citations numbers={[item.number]} />
      </div>
      <code className={styles.template}>{template}</code>
      {lines.length === 0 && <p className={styles.muted}>{T.noSamples}</p>}
      <Lines lines={first} />
      {rest.length > 0 && (
        <details>
          <summary>{T.samples(rest.length)}</summary>
          <Lines lines={rest} />
        </details>
      )}
    </>
  );
}

function Lines({ lines }: Pick<LogSamples, 'lines'>) {
  const styles = useStyles2(getStyles);
  return lines.length === 0 ? null : (
    <ol className={styles.lines}>
      {lines.map(({ atMs, text }, index) => (
        <li key={index}>
          <span className={styles.muted}>{formatClock(atMs)}</span> {text}
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: theme.spacing(2), minWidth: 0 }),
  item: css({ minWidth: 0, borderLeft: `3px solid ${theme.colors.border.medium}`, paddingLeft: theme.spacing(1.5) }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  muted: css({ color: theme.colors.text.secondary }),
  template: css({
    display: 'block',
    margin: theme.spacing(0.5, 0),
    padding: 0,
    background: 'none',
    border: 'none',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    color: theme.colors.text.primary,
  }),
  lines: css({
    listStyle: 'none',
    margin: 0,
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.secondary,
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
  }),
});
