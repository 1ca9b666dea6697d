import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Look of a legend below a drawing: signs with words, side by side. */
export function legendStyles(theme: GrafanaTheme2) {
  return {
    list: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      margin: 0,
      padding: 0,
      listStyle: 'none',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    item: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  };
}
