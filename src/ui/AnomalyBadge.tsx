import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, useStyles2, useTheme2 } from '@grafana/ui';
import type { AnomalyLevel, AnomalyReading } from '#model';
import { toLevelColor } from './graph/graph-style.ts';
import { describeReading, toLevel } from './level.ts';
import { TEST_IDS } from './test-ids.ts';

const ICONS: Readonly<Record<AnomalyLevel, IconName>> = {
  normal: 'check-circle',
  warning: 'exclamation-triangle',
  alert: 'bell',
  critical: 'fire',
  unknown: 'question-circle',
};

/** State of a reading: word, score, icon and colour. Unknown has a hatched look of its own and gives its reason. */
export function AnomalyBadge({ reading }: { readonly reading: AnomalyReading | undefined }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const level = toLevel(reading);
  return (
    <span
      className={cx(styles.badge, level === 'unknown' && styles.unknown)}
      style={{ color: toLevelColor(theme, level) }}
      data-testid={TEST_IDS.badge.anomaly}
      data-level={level}
    >
      <Icon name={ICONS[level]} size="sm" />
      {describeReading(reading)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  badge: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0.25, 1),
    border: '1px solid currentColor',
    borderRadius: theme.shape.radius.default,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  unknown: css({
    borderStyle: 'dashed',
    whiteSpace: 'normal',
    fontWeight: theme.typography.fontWeightRegular,
    background: `repeating-linear-gradient(135deg, ${theme.colors.background.secondary}, ${theme.colors.background.secondary} ${theme.spacing(0.5)}, transparent ${theme.spacing(0.5)}, transparent ${theme.spacing(1)})`,
  }),
});
