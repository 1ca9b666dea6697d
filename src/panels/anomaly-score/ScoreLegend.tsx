import React from 'react';
import { css } from '@emotion/css';
import { type DataFrame, getFieldSeriesColor, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

/** Names of the series beside their colours, in one line that scrolls when there are many. */
export function ScoreLegend({ frames }: { readonly frames: readonly DataFrame[] }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const items = frames.flatMap((frame) => {
    const field = frame.fields.at(-1);
    return field ? [{ name: frame.name ?? field.name, color: getFieldSeriesColor(field, theme).color }] : [];
  });
  return (
    // What scrolls must be reachable, so that the arrow keys can scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className={styles.list} aria-label="Legend" tabIndex={0}>
      {items.map(({ name, color }) => (
        <li key={name} className={styles.item}>
          <span className={styles.swatch} style={{ background: color }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'flex',
    gap: theme.spacing(0, 2),
    margin: 0,
    padding: 0,
    listStyle: 'none',
    height: theme.spacing(3),
    lineHeight: theme.spacing(3),
    overflowX: 'auto',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  item: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  swatch: css({ width: theme.spacing(1.5), height: theme.spacing(0.5), borderRadius: theme.shape.radius.default }),
});
