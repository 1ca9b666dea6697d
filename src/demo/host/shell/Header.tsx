import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2, useTheme2 } from '@grafana/ui';
import { rememberTheme } from './theme.ts';
import { UserSwitch } from './UserSwitch.tsx';

/** Name of the page, switch of the navigation, palette, theme and person. */
export function Header(props: {
  readonly isNavOpen: boolean;
  readonly onToggleNav: () => void;
  readonly onSearch: () => void;
}) {
  const { isNavOpen, onToggleNav, onSearch } = props;
  const styles = useStyles2(getStyles);
  const { isDark } = useTheme2();
  return (
    <div className={styles.bar}>
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        icon="bars"
        aria-label={isNavOpen ? 'Close the navigation' : 'Open the navigation'}
        aria-expanded={isNavOpen}
        aria-controls="demo-navigation"
        onClick={onToggleNav}
      />
      <strong className={styles.name}>Causeway demo</strong>
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        icon="search"
        aria-label="Search or jump to (ctrl or cmd and K)"
        data-testid="demo-search"
        onClick={onSearch}
      />
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        data-testid="demo-theme"
        onClick={() => rememberTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? 'Light theme' : 'Dark theme'}
      </Button>
      <UserSwitch />
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    bar: css({
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      minHeight: 40,
      padding: theme.spacing(0, 1),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    }),
    name: css({ flex: 1, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }),
  };
}
