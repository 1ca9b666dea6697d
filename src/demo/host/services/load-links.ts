import type { AppPluginMeta } from '@grafana/data';
import { config, getBackendSrv } from '@grafana/runtime';
import type { RegisteredLinks } from './extension-links.ts';
import { importAppPlugin } from './plugin-loader.ts';

let loading: Promise<readonly RegisteredLinks[]> | undefined;

/** Loads the app plugins of the page, as Grafana does with those that ask to be preloaded. */
export function loadLinks(): Promise<readonly RegisteredLinks[]> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  loading ??= Promise.all(Object.keys(config.apps).map(loadLinksOf));
  return loading;
}

async function loadLinksOf(pluginId: string): Promise<RegisteredLinks> {
  const meta = await getBackendSrv().get<AppPluginMeta>(`/api/plugins/${encodeURIComponent(pluginId)}/settings`);
  const { addedLinkConfigs } = await importAppPlugin(meta);
  return { pluginId, configs: addedLinkConfigs, declared: meta.extensions?.addedLinks ?? [] };
}
