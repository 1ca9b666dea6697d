import React, { useMemo } from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { getBackendSrv, getDataSourceSrv } from '@grafana/runtime';
import { appSettingsSchema } from '#contracts';
import { createExecutorClient } from '../../api/executor-client.ts';
import { DATASOURCE_PLUGIN_ID } from '../../routes.ts';
import { type ConfigPorts, SettingsForm } from './SettingsForm.tsx';

/** Configuration page of the app, below Administration > Plugins: hands Grafana's services to the form. */
export function ConfigPage({ plugin }: PluginConfigPageProps<AppPluginMeta>) {
  const { meta } = plugin;
  const ports = useMemo<ConfigPorts>(() => {
    const http = getBackendSrv();
    return {
      http,
      executor: createExecutorClient(http),
      datasources: getDataSourceSrv()
        .getList({ type: DATASOURCE_PLUGIN_ID })
        .map(({ uid, name, readOnly }) => ({ uid, name, readOnly })),
    };
  }, []);
  const settings = appSettingsSchema.partial().safeParse(meta.jsonData ?? {});
  return (
    <SettingsForm
      pluginId={meta.id}
      enabled={meta.enabled ?? false}
      pinned={meta.pinned ?? false}
      settings={settings.success ? settings.data : {}}
      hasToken={meta.secureJsonFields?.executorToken ?? false}
      ports={ports}
    />
  );
}
