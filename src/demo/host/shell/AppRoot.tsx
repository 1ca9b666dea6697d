import { type AppPlugin, type AppPluginMeta, PluginContextProvider } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Alert, ErrorBoundaryAlert } from '@grafana/ui';
import { useLocation, useParams } from 'react-router';
import { Loading } from './Loading.tsx';
import { useAppPlugin } from './use-app-plugin.ts';

/** The root page of an app plugin below `/a/<id>`. */
export function AppRoot() {
  const { pluginId = '' } = useParams();
  const state = useAppPlugin(pluginId);
  if (state.kind === 'failed') {
    return (
      <Alert title={`The plugin ${pluginId} could not be loaded`}>
        {state.message}. Build it with npm run build:plugin and load the page again.
      </Alert>
    );
  }
  if (state.kind === 'loading') {
    return <Loading />;
  }
  return <Root plugin={state.plugin} pluginId={pluginId} />;
}

function Root({ plugin, pluginId }: { readonly plugin: AppPlugin; readonly pluginId: string }) {
  const { pathname } = useLocation();
  const RootPage = plugin.root;
  if (!RootPage) {
    return <Alert title={`The plugin ${pluginId} has no pages`} severity="info" />;
  }
  const meta = plugin.meta as AppPluginMeta;
  return (
    <ErrorBoundaryAlert>
      <PluginContextProvider meta={meta}>
        <RootPage
          meta={meta}
          basename={`/a/${pluginId}`}
          path={pathname}
          query={locationService.getSearchObject()}
          onNavChanged={() => undefined}
        />
      </PluginContextProvider>
    </ErrorBoundaryAlert>
  );
}
