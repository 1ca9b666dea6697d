/**
 * Setters of @grafana/runtime that its package exports leave out. The bundler maps `runtime-dist` to the package's own
 * files, so these are the same module instances as the public index uses.
 */
declare module 'runtime-dist/components/PluginPage.mjs' {
  import type { PluginPageType } from '@grafana/runtime';

  export function setPluginPage(page: PluginPageType): void;
}
declare module 'runtime-dist/components/PanelRenderer.mjs' {
  import type { ComponentType } from 'react';

  export function setPanelRenderer(renderer: ComponentType): void;
}
declare module 'runtime-dist/components/PanelDataErrorView.mjs' {
  import type { ComponentType } from 'react';
  import type { PanelDataErrorViewProps } from '@grafana/runtime';

  export function setPanelDataErrorView(view: ComponentType<PanelDataErrorViewProps>): void;
}
declare module 'runtime-dist/services/dataSource/settings.mjs' {
  import type { DataSourceInstanceSettings } from '@grafana/data';

  export function initDataSourceInstanceSettings(
    settings: Record<string, DataSourceInstanceSettings>,
    defaultName: string
  ): void;
}
declare module 'runtime-dist/services/dataSource/dataSource.mjs' {
  export function setDataSourcePluginImporter(load: (meta: { readonly module: string }) => Promise<unknown>): void;
}
declare module 'runtime-dist/services/pluginExtensions/getObservablePluginLinks.mjs' {
  import type { Observable } from 'rxjs';

  export function setGetObservablePluginLinks(get: () => Observable<never[]>): void;
}
declare module 'runtime-dist/services/pluginExtensions/getObservablePluginComponents.mjs' {
  import type { Observable } from 'rxjs';

  export function setGetObservablePluginComponents(get: () => Observable<never[]>): void;
}
declare module 'prismjs';
declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';
declare module 'systemjs/dist/extras/named-register.js';
