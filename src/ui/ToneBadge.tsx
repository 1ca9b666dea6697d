import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, useStyles2, useTheme2 } from '@grafana/ui';
import { type Tone, toToneColor } from './tone.ts';

/** A short state with icon and colour; the words carry the meaning. */
export function ToneBadge(props: {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly testId?: string;
  readonly state?: string;
}) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  return (
    <span
      className={styles.badge}
      style={{ color: toToneColor(theme, props.tone) }}
      data-testid={props.testId}
      data-state={props.state}
    >
      <Icon name={props.icon} size="sm" />
      {props.children}
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
    whiteSpace: 'nowrap',
  }),
});
