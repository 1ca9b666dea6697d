import { type AppPlugin, type AppPluginMeta, PluginContextProvider } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Alert } from '@grafana/ui';
import { useLocation, useParams } from 'react-router';
import { Loading } from './Loading.tsx';
import { PluginPage } from './PluginPage.tsx';
import { useAppPlugin } from './use-app-plugin.ts';

/** The configuration pages of an app plugin below `/plugins/<id>`. */
export function ConfigPage() {
  const { pluginId = '' } = useParams();
  const state = useAppPlugin(pluginId);
  if (state.kind === 'failed') {
    return <Alert title={`The plugin ${pluginId} could not be loaded`}>{state.message}</Alert>;
  }
  return state.kind === 'loading' ? <Loading /> : <ConfigPages plugin={state.plugin} pluginId={pluginId} />;
}

function ConfigPages({ plugin, pluginId }: { readonly plugin: AppPlugin; readonly pluginId: string }) {
  useLocation();
  const query = locationService.getSearchObject();
  const pages = plugin.configPages ?? [];
  const current = pages.find((page) => page.id === query.page) ?? pages[0];
  const meta = plugin.meta as AppPluginMeta;
  const tabs = pages.map((page) => ({
    text: page.title,
    active: page === current,
    url: `/plugins/${pluginId}?page=${page.id}`,
  }));
  return (
    <PluginPage pageNav={{ text: meta.name, ...(tabs.length > 1 ? { children: tabs } : {}) }}>
      {current ? (
        <PluginContextProvider meta={meta}>
          <current.body plugin={plugin} query={query} />
        </PluginContextProvider>
      ) : (
        <p>This plugin has nothing to configure.</p>
      )}
    </PluginPage>
  );
}
