import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Look of every plain table; the wrapper scrolls sideways when the page is narrow. */
export function tableStyles(theme: GrafanaTheme2) {
  return {
    wrapper: css({ overflowX: 'auto', width: '100%' }),
    table: css({
      width: '100%',
      borderCollapse: 'collapse',
      fontSize: theme.typography.body.fontSize,
      '& caption': {
        captionSide: 'top',
        textAlign: 'left',
        padding: theme.spacing(0, 0, 1),
        color: theme.colors.text.secondary,
      },
      '& th': {
        textAlign: 'left',
        fontWeight: theme.typography.fontWeightMedium,
        color: theme.colors.text.secondary,
        padding: theme.spacing(0.75, 1),
        borderBottom: `1px solid ${theme.colors.border.medium}`,
        whiteSpace: 'nowrap',
      },
      '& tbody th': {
        color: theme.colors.text.primary,
        [theme.breakpoints.down('md')]: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
      },
      '& td, & tbody th': {
        padding: theme.spacing(0.75, 1),
        borderBottom: `1px solid ${theme.colors.border.weak}`,
        verticalAlign: 'top',
      },
      // A mark, not a ground: secondary text and badges are too faint on the colour of a row below the pointer.
      '& tbody tr:hover > :first-child': { boxShadow: `inset 3px 0 0 ${theme.colors.border.strong}` },
    }),
    selectedRow: css({ background: theme.colors.action.selected }),
    number: css({ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    muted: css({ color: theme.colors.text.secondary }),
  };
}
