import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { config } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import { lazy, Suspense, useState } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { AppRoot } from './AppRoot.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConfigPage } from './ConfigPage.tsx';
import { DatasourcePage } from './DatasourcePage.tsx';
import { DemoBar } from './DemoBar.tsx';
import { Header } from './Header.tsx';
import { NARROW_QUERY } from './layout.ts';
import { Loading } from './Loading.tsx';
import { Navigation } from './Navigation.tsx';
import { PluginPage } from './PluginPage.tsx';
import { StandInNotice } from './StandInNotice.tsx';

// Loaded on demand: the pages of the plugin do without scenes of the host.
const ExplorePage = lazy(async () => ({ default: (await import('../stand-ins/ExplorePage.tsx')).ExplorePage }));
const DashboardPage = lazy(async () => ({ default: (await import('../stand-ins/DashboardPage.tsx')).DashboardPage }));

/** The frame of every page: notice, header, demo controls, navigation and the page itself. */
export function Shell() {
  const styles = useStyles2(getStyles);
  const [isNavOpen, setNavOpen] = useState(() => !window.matchMedia(NARROW_QUERY).matches);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  return (
    <div className={styles.page}>
      <a className={styles.skip} href="#pageContent">
        Skip to the content
      </a>
      <header className={styles.header}>
        <StandInNotice />
        <Header
          isNavOpen={isNavOpen}
          onToggleNav={() => setNavOpen(!isNavOpen)}
          onSearch={() => setPaletteOpen(true)}
        />
        <DemoBar />
      </header>
      <div className={styles.body}>
        <Navigation isOpen={isNavOpen} onNavigate={() => setNavOpen(!window.matchMedia(NARROW_QUERY).matches)} />
        <main id="pageContent" tabIndex={-1} className={styles.main}>
          <Suspense fallback={<Loading />}>
            <Routes>
              <Route path="/a/:pluginId/*" element={<AppRoot />} />
              <Route path="/plugins/:pluginId" element={<ConfigPage />} />
              <Route path="/connections/datasources/edit/:uid" element={<DatasourcePage />} />
              <Route path="/explore" element={<ExplorePage />} />
              <Route path="/d/shop" element={<DashboardPage />} />
              <Route path="/" element={<Navigate to={readHomePath()} replace />} />
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Suspense>
        </main>
      </div>
      <CommandPalette isOpen={isPaletteOpen} onToggle={setPaletteOpen} />
    </div>
  );
}

function NotFound() {
  return (
    <PluginPage pageNav={{ text: 'Page not found' }}>
      <p>This address is a page of Grafana itself. The demo shows the pages of Causeway only.</p>
    </PluginPage>
  );
}

function readHomePath(): string {
  return (config.bootData.settings as { readonly homePath?: string }).homePath ?? '/';
}

function getStyles(theme: GrafanaTheme2) {
  return {
    page: css({
      display: 'flex',
      flexDirection: 'column',
      minHeight: '100vh',
      background: theme.colors.background.canvas,
      color: theme.colors.text.primary,
    }),
    skip: css({
      position: 'absolute',
      left: -9999,
      '&:focus': {
        left: theme.spacing(1),
        top: theme.spacing(1),
        zIndex: 2000,
        padding: theme.spacing(1),
        background: theme.colors.background.elevated,
      },
    }),
    header: css({
      position: 'sticky',
      top: 0,
      zIndex: theme.zIndex.navbarFixed,
      background: theme.colors.background.primary,
    }),
    body: css({ display: 'flex', flex: '1 1 auto', minHeight: 0 }),
    main: css({ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0, outline: 'none' }),
  };
}
