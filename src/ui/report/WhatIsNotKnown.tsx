import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { CoverageWarning, DataGap } from '#model';
import { formatConfidence } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';
import { UNKNOWN_TEXTS as T } from './report-texts.ts';

/** Services that the folded line names. */
const NAMED = 3;

/** What the answer lacks: sources that were missing, and of which service what is not measured. Nothing when it lacks nothing. */
export function WhatIsNotKnown({
  coverage,
  gaps,
  isOpen,
}: {
  readonly coverage: readonly CoverageWarning[];
  readonly gaps: readonly DataGap[];
  /** Whether it is unfolded at first. */
  readonly isOpen: boolean;
}) {
  const styles = useStyles2(getStyles);
  if (coverage.length === 0 && gaps.length === 0) {
    return null;
  }
  return (
    <details className={styles.box} open={isOpen} data-testid={TEST_IDS.rca.unknown}>
      <summary>
        <Icon name="exclamation-triangle" size="sm" className={styles.icon} /> {summarise(coverage, gaps)}
      </summary>
      {gaps.length > 0 && (
        <ul aria-label={T.sources} data-testid={TEST_IDS.rca.gaps}>
          {gaps.map(({ source, reason }) => (
            <li key={`${source} ${reason}`}>
              <strong>{source}</strong>: {reason}
            </li>
          ))}
        </ul>
      )}
      {coverage.length > 0 && (
        <ul aria-label={T.services}>
          {coverage.map(({ service, score, reasons }) => (
            <li key={service}>
              <strong>{service}</strong>
              {T.known(formatConfidence(score), reasons.join(' '))}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function summarise(coverage: readonly CoverageWarning[], gaps: readonly DataGap[]): string {
  const named = coverage
    .slice(0, NAMED)
    .map(({ service, score }) => `${service} (${formatConfidence(score)})`)
    .join(', ');
  const more = coverage.length > NAMED ? T.more(coverage.length - NAMED) : '';
  return [
    ...(gaps.length > 0 ? [T.sourcesMissing(gaps.length)] : []),
    ...(named === '' ? [] : [T.partly(`${named}${more}`)]),
  ]
    .join('; ')
    .replace(/^./, (letter) => letter.toUpperCase());
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    margin: theme.spacing(1, 0),
    padding: theme.spacing(0.5, 1.5),
    borderLeft: `3px solid ${theme.colors.warning.border}`,
    '& ul': { margin: theme.spacing(0.5, 0), paddingLeft: theme.spacing(2.5) },
    overflowWrap: 'anywhere',
  }),
  icon: css({ color: theme.colors.warning.text }),
});
