import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Hypothesis } from '#model';
import { formatRatio } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';
import { PATH_TEXTS as T } from './report-texts.ts';

/** The way from a cause to the symptom in words: every hop with its share, and whether it was measured. */
export function PathSteps({ hypothesis }: { readonly hypothesis: Hypothesis }) {
  const styles = useStyles2(getStyles);
  const { service, path } = hypothesis;
  if (path.length === 0) {
    return null;
  }
  return (
    <ol className={styles.steps} aria-label={T.label(service)} data-testid={TEST_IDS.rca.path}>
      <li>
        <strong>{service}</strong>
      </li>
      {path.map(({ from, to, weight, measured }) => (
        <li key={`${from} ${to}`} className={cx(!measured && styles.assumed)} data-measured={measured}>
          <Icon name="arrow-right" aria-hidden /> <strong>{to}</strong>{' '}
          <span className={styles.hop}>{T.hop(formatRatio(weight), measured)}</span>
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  steps: css({
    listStyle: 'none',
    margin: theme.spacing(0, 0, 1),
    padding: 0,
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 1),
  }),
  assumed: css({ fontStyle: 'italic' }),
  hop: css({ color: theme.colors.text.secondary }),
});
