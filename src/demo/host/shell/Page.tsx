import { ThemeContext } from '@grafana/data';
import { config, LocationServiceProvider, locationService } from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, ModalRoot, ModalsProvider, PortalContainer } from '@grafana/ui';
import { HostRouter } from './HostRouter.tsx';
import { Shell } from './Shell.tsx';
import { Toasts } from './Toasts.tsx';

/** Everything on the page, with the contexts that Grafana gives to plugins. */
export function Page() {
  return (
    <ErrorBoundaryAlert style="page">
      <ThemeContext.Provider value={config.theme2}>
        <LocationServiceProvider service={locationService}>
          <ModalsProvider>
            <HostRouter>
              <GlobalStyles />
              <Shell />
              <Toasts />
              <ModalRoot />
              <PortalContainer />
            </HostRouter>
          </ModalsProvider>
        </LocationServiceProvider>
      </ThemeContext.Provider>
    </ErrorBoundaryAlert>
  );
}
