import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Below this width of the window a row with sentences does not fit side by side. */
const NARROW = '@media (max-width: 640px)';

/**
 * Lets the rows of a table stand as blocks on a phone: the heading of a cell comes from its `data-label`, where it needs
 * one. Goes beside the class of the plain table.
 */
export function stackedTableStyles(theme: GrafanaTheme2) {
  return {
    stacked: css({
      [NARROW]: {
        '&, & tbody, & caption': { display: 'block' },
        // Not `display: none`: screen readers still read the headings.
        '& thead': { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' },
        '& tbody tr': {
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: theme.spacing(0.5, 1),
          padding: theme.spacing(1, 0.5),
          borderBottom: `1px solid ${theme.colors.border.weak}`,
        },
        '& tbody th, & tbody td': {
          border: 0,
          padding: 0,
          minWidth: 0,
          overflowWrap: 'anywhere',
          whiteSpace: 'normal',
        },
        '& tbody th': { flex: '1 1 100%' },
        '& tbody td:empty': { display: 'none' },
        '& tbody td[data-label]::before': {
          content: "attr(data-label) ': '",
          color: theme.colors.text.secondary,
        },
      },
    }),
    /** A cell that takes a line of its own on a phone. */
    line: css({ [NARROW]: { flex: '1 1 100%' } }),
    /** A cell that a phone can do without. */
    wideOnly: css({ [NARROW]: { '&&': { display: 'none' } } }),
  };
}
