/**
 * The only file that reaches into the build output of @grafana/runtime: these setters exist there but are not exported.
 * Unsupported by Grafana, so the packages are pinned and a test loads this file at every version change.
 */
export { setPluginPage } from 'runtime-dist/components/PluginPage.mjs';
export { setPanelRenderer } from 'runtime-dist/components/PanelRenderer.mjs';
export { setPanelDataErrorView } from 'runtime-dist/components/PanelDataErrorView.mjs';
export { initDataSourceInstanceSettings } from 'runtime-dist/services/dataSource/settings.mjs';
export { setDataSourcePluginImporter } from 'runtime-dist/services/dataSource/dataSource.mjs';
export { setGetObservablePluginLinks } from 'runtime-dist/services/pluginExtensions/getObservablePluginLinks.mjs';
export { setGetObservablePluginComponents } from 'runtime-dist/services/pluginExtensions/getObservablePluginComponents.mjs';
