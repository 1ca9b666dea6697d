import { css, cx } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import { config } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import { useLocation } from 'react-router';
import { HEADER_HEIGHT_PIXELS } from './layout.ts';

/** Pages of the host that stand in for Grafana's own. */
const STAND_INS: readonly NavModelItem[] = [
  {
    id: 'demo-stand-ins',
    text: 'Stands in for Grafana',
    children: [
      { id: 'demo-dashboard', text: 'Dashboard', url: '/d/shop' },
      { id: 'demo-explore', text: 'Explore', url: '/explore' },
    ],
  },
];

/** The pages of the plugin, as its plugin.json declares them, and those that lead to it. */
export function Navigation({ isOpen, onNavigate }: { readonly isOpen: boolean; readonly onNavigate: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <nav
      id="demo-navigation"
      aria-label="Pages"
      data-testid="data-testid navigation mega-menu"
      hidden={!isOpen}
      className={isOpen ? styles.nav : undefined}
    >
      <Items items={[...config.bootData.navTree, ...STAND_INS]} onNavigate={onNavigate} />
    </nav>
  );
}

function Items({ items, onNavigate }: { readonly items: readonly NavModelItem[]; readonly onNavigate: () => void }) {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  return (
    <ul className={styles.list}>
      {items.map((item) => {
        const isHere = item.url === pathname;
        return (
          <li key={item.id ?? item.url}>
            {item.url ? (
              <a
                href={item.url}
                data-testid="data-testid Nav menu item"
                aria-current={isHere ? 'page' : undefined}
                className={cx(styles.item, isHere && styles.here)}
                onClick={onNavigate}
              >
                {item.text}
              </a>
            ) : (
              <span className={cx(styles.item, styles.heading)}>{item.text}</span>
            )}
            {item.children && <Items items={item.children} onNavigate={onNavigate} />}
          </li>
        );
      })}
    </ul>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    nav: css({
      flex: '0 0 220px',
      padding: theme.spacing(1, 0),
      background: theme.colors.background.primary,
      borderRight: `1px solid ${theme.colors.border.weak}`,
      '& > ul': { position: 'sticky', top: HEADER_HEIGHT_PIXELS + 8 },
      [theme.breakpoints.down('md')]: {
        position: 'fixed',
        zIndex: theme.zIndex.sidemenu,
        width: '80%',
        height: '100%',
        overflow: 'auto',
        boxShadow: theme.shadows.z3,
      },
    }),
    list: css({ margin: 0, padding: 0, listStyle: 'none', '& ul a': { paddingLeft: theme.spacing(4) } }),
    item: css({ display: 'block', padding: theme.spacing(1, 2), '&:hover': { background: theme.colors.action.hover } }),
    heading: css({ color: theme.colors.text.secondary }),
    here: css({ background: theme.colors.action.selected, fontWeight: theme.typography.fontWeightMedium }),
  };
}
