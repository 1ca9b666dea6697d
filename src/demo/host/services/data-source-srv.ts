import { type DataSourceApi, type DataSourceInstanceSettings, DataSourcePlugin, type ScopedVars } from '@grafana/data';
import { config, type DataSourceSrv, getTemplateSrv } from '@grafana/runtime';
import { builtinDatasources } from './builtin-datasources.ts';
import { importModule } from './plugin-loader.ts';

type Reference = Parameters<DataSourceSrv['get']>[0];
type Filters = Parameters<DataSourceSrv['getList']>[0];
type RuntimeDatasource = Parameters<DataSourceSrv['registerRuntimeDataSource']>[0]['dataSource'];

/** Loads the plugin of a datasource: a built-in stand-in or a nested datasource of the app. */
export async function importDatasourcePlugin(meta: {
  readonly id: string;
  readonly module: string;
}): Promise<DataSourcePlugin<DataSourceApi>> {
  const builtin = builtinDatasources[meta.id];
  if (builtin) {
    return new DataSourcePlugin(builtin);
  }
  const loaded = await importModule(meta.module);
  return loaded.plugin as DataSourcePlugin<DataSourceApi>;
}

/** The datasources of the page, by uid or name; instances are made once. */
export class HostDataSourceSrv implements DataSourceSrv {
  readonly #instances = new Map<string, Promise<DataSourceApi>>();
  readonly #runtime = new Map<string, RuntimeDatasource>();

  getInstanceSettings(reference?: Reference, scopedVars?: ScopedVars): DataSourceInstanceSettings | undefined {
    const wanted = typeof reference === 'string' ? reference : reference?.uid;
    const type = typeof reference === 'object' ? reference?.type : undefined;
    if (!wanted || wanted === 'default') {
      return this.#findDefault(type);
    }
    const uid = wanted.includes('$') ? getTemplateSrv().replace(wanted, scopedVars, firstValue) : wanted;
    const found =
      this.#runtime.get(uid)?.instanceSettings ?? listSettings().find((item) => item.uid === uid || item.name === uid);
    return found && uid !== wanted
      ? { ...found, isDefault: false, name: wanted, uid: wanted, rawRef: { type: found.type, uid: found.uid } }
      : found;
  }

  async get(reference?: Reference, scopedVars?: ScopedVars): Promise<DataSourceApi> {
    const settings = this.getInstanceSettings(reference, scopedVars);
    if (!settings) {
      throw new Error(`Datasource ${typeof reference === 'string' ? reference : reference?.uid} was not found`);
    }
    const uid = settings.rawRef?.uid ?? settings.uid;
    const runtime = this.#runtime.get(uid);
    if (runtime) {
      return runtime;
    }
    const instance = this.#instances.get(uid) ?? createInstance(this.getInstanceSettings(uid) ?? settings);
    this.#instances.set(uid, instance);
    return instance;
  }

  getList(filters: Filters = {}): DataSourceInstanceSettings[] {
    const types = filters.type === undefined ? undefined : [filters.type].flat();
    return listSettings().filter(
      (item) =>
        (!types || types.includes(item.type)) &&
        (!filters.pluginId || item.meta.id === filters.pluginId) &&
        (filters.all || !filters.metrics || Boolean(item.meta.metrics)) &&
        (!filters.filter || filters.filter(item))
    );
  }

  registerRuntimeDataSource({ dataSource }: { dataSource: RuntimeDatasource }): void {
    this.#runtime.set(dataSource.uid, dataSource);
  }

  async reload(): Promise<void> {
    this.#instances.clear();
  }

  #findDefault(type: string | undefined): DataSourceInstanceSettings | undefined {
    const all = listSettings();
    return all.find((item) => (type ? item.type === type : item.name === config.defaultDatasource)) ?? all[0];
  }
}

function listSettings(): DataSourceInstanceSettings[] {
  return Object.values(config.datasources);
}

function firstValue(value: string | string[]): string {
  return Array.isArray(value) ? (value[0] ?? '') : value;
}

async function createInstance(settings: DataSourceInstanceSettings): Promise<DataSourceApi> {
  const plugin = await importDatasourcePlugin(settings.meta);
  const instance = new plugin.DataSourceClass(settings);
  instance.components = plugin.components;
  instance.meta = settings.meta;
  return instance;
}
