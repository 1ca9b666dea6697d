import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { AnomalyLabelRecord } from '#contracts';
import { formatMinute, TEST_IDS } from '#ui';
import { LABEL_TEXTS } from './label-draft.ts';

/** What people said about a stretch, a line each: label, who and when, comment. Nothing where nobody did. */
export function LabelNotes({ labels }: { readonly labels: readonly AnomalyLabelRecord[] }) {
  const styles = useStyles2(getStyles);
  return labels.map((label) => (
    <div key={label.id} className={styles.note} data-testid={TEST_IDS.anomalies.labelNote} data-label={label.label}>
      <Icon name={label.label === 'acknowledged' ? 'check' : 'comment-alt'} size="sm" />{' '}
      <strong>{LABEL_TEXTS[label.label].name}</strong> by {label.author}, {formatMinute(label.createdMs)}
      {label.comment !== '' && `: ${label.comment}`}
    </div>
  ));
}

/** Labels that overlap a stretch. */
export function labelsWithin(
  labels: readonly AnomalyLabelRecord[],
  { service, fromMs, toMs }: { readonly service: string; readonly fromMs: number; readonly toMs: number }
): readonly AnomalyLabelRecord[] {
  return labels.filter((label) => label.service === service && label.fromMs < toMs && label.toMs > fromMs);
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
});
