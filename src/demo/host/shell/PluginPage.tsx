import { css } from '@emotion/css';
import { type GrafanaTheme2, type NavModelItem, PageLayoutType } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { type ReactNode, useEffect } from 'react';
import { TITLE_SUFFIX } from './layout.ts';

/** Title, breadcrumbs, tabs and actions around the content of a plugin's page. */
export function PluginPage(props: PluginPageProps) {
  const styles = useStyles2(getStyles);
  const { pageNav, layout, children } = props;
  const title = pageNav?.text;
  useEffect(() => {
    document.title = title ? `${title} - ${TITLE_SUFFIX}` : TITLE_SUFFIX;
  }, [title]);
  if (layout === PageLayoutType.Custom) {
    return <div className={styles.bare}>{children}</div>;
  }
  return (
    <div className={styles.page}>
      {pageNav && <Breadcrumbs node={pageNav} />}
      <div className={styles.head}>
        {pageNav && <Title {...props} pageNav={pageNav} />}
        <div className={styles.actions}>
          {props.info?.map(({ label, value }) => (
            <span key={label}>
              {label}: {value}
            </span>
          ))}
          {props.actions}
        </div>
      </div>
      {pageNav && <Tabs node={pageNav} />}
      <div className={styles.content}>{children}</div>
    </div>
  );
}

function Title({ pageNav, renderTitle, subTitle }: PluginPageProps & { readonly pageNav: NavModelItem }): ReactNode {
  const styles = useStyles2(getStyles);
  const below = subTitle ?? pageNav.subTitle;
  return (
    <div>
      {renderTitle ? renderTitle(pageNav.text) : <h1 className={styles.title}>{pageNav.text}</h1>}
      {below && <div className={styles.subTitle}>{below}</div>}
    </div>
  );
}

function Breadcrumbs({ node }: { readonly node: NavModelItem }) {
  const styles = useStyles2(getStyles);
  const crumbs: NavModelItem[] = [];
  for (let item: NavModelItem | undefined = node; item; item = item.parentItem) {
    crumbs.unshift(item);
  }
  return (
    <nav aria-label="Breadcrumbs">
      <ol className={styles.crumbs}>
        {crumbs.map((item) => (
          <li key={`${item.url ?? ''} ${item.text}`}>
            <a data-testid={`data-testid ${item.text} breadcrumb`} href={item.url}>
              {item.text}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Tabs({ node }: { readonly node: NavModelItem }) {
  const tabs = (node.parentItem?.children ?? node.children)?.filter((tab) => !tab.hideFromTabs);
  if (!tabs || tabs.length === 0) {
    return null;
  }
  return (
    <TabsBar>
      {tabs.map((tab) => (
        <Tab key={tab.url ?? tab.text} label={tab.text} active={tab.active ?? tab === node} href={tab.url ?? '#'} />
      ))}
    </TabsBar>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    page: css({
      display: 'flex',
      flexDirection: 'column',
      flex: '1 1 auto',
      padding: theme.spacing(2, 3),
      [theme.breakpoints.down('md')]: { padding: theme.spacing(1) },
    }),
    bare: css({ display: 'flex', flexDirection: 'column', flex: '1 1 auto' }),
    head: css({ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: theme.spacing(2) }),
    title: css({ margin: 0 }),
    subTitle: css({ marginBottom: theme.spacing(2), color: theme.colors.text.secondary }),
    actions: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1) }),
    crumbs: css({
      display: 'flex',
      flexWrap: 'wrap',
      margin: theme.spacing(0, 0, 1),
      padding: 0,
      listStyle: 'none',
      color: theme.colors.text.secondary,
      '& li + li::before': { content: "'/'", margin: theme.spacing(0, 1) },
    }),
    content: css({ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, marginTop: theme.spacing(1) }),
  };
}
