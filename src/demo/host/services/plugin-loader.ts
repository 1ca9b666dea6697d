import { AppPlugin, type AppPluginMeta, PanelPlugin, type PanelPluginMeta, PluginType } from '@grafana/data';
import { config } from '@grafana/runtime';
import { moduleLoader } from '../boot/system-js.ts';
import { builtinPanels } from '../panels/index.ts';
import { PanelNotFound } from '../panels/PanelNotFound.tsx';

/** Loads one built plugin module, unmodified, through SystemJS. */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const loaded = await moduleLoader.import(new URL(path, `${location.origin}/`).href);
  // A module with top-level await comes out of the AMD wrapper as a promise in `default`.
  const later = loaded.default as PromiseLike<Readonly<Record<string, unknown>>> | undefined;
  return typeof later?.then === 'function' ? await later : loaded;
}

/** Loads an app plugin and hands it its settings. */
export async function importAppPlugin(meta: AppPluginMeta): Promise<AppPlugin> {
  const loaded = await importModule(meta.module);
  const plugin = (loaded.plugin as AppPlugin | undefined) ?? new AppPlugin();
  plugin.init(meta);
  plugin.meta = meta;
  return plugin;
}

const loadedPanels = new Map<string, PanelPlugin>();
const loadingPanels = new Map<string, Promise<PanelPlugin>>();

/** The panel, when it was loaded before. */
export function getPanelPluginFromCache(id: string): PanelPlugin | undefined {
  return loadedPanels.get(id);
}

/** Loads a panel: one of the page's substitutes for Grafana's own panels, or a nested panel of the plugin. */
export function importPanelPlugin(id: string): Promise<PanelPlugin> {
  const running = loadingPanels.get(id) ?? loadPanel(id);
  loadingPanels.set(id, running);
  return running;
}

async function loadPanel(id: string): Promise<PanelPlugin> {
  const meta = config.panels[id] as PanelPluginMeta | undefined;
  const plugin = builtinPanels[id]?.() ?? (meta ? await importPanelModule(meta) : missingPanel(id));
  plugin.meta = meta ?? toBuiltinMeta(id);
  loadedPanels.set(id, plugin);
  return plugin;
}

async function importPanelModule(meta: PanelPluginMeta): Promise<PanelPlugin> {
  const loaded = await importModule(meta.module);
  return (loaded.plugin as PanelPlugin | undefined) ?? missingPanel(meta.id);
}

/** Scenes read the version of a panel, so that one must be there. */
function toBuiltinMeta(id: string): PanelPluginMeta {
  const info = { author: { name: '' }, description: '', links: [], logos: { large: '', small: '' }, screenshots: [] };
  return {
    id,
    name: id,
    type: PluginType.panel,
    module: '',
    baseUrl: '',
    sort: 100,
    info: { ...info, updated: '', version: '' },
  };
}

function missingPanel(id: string): PanelPlugin {
  const plugin = new PanelPlugin(() => PanelNotFound({ id }));
  plugin.loadError = true;
  return plugin;
}
