import React from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';

/** Configuration page of the app, below Administration > Plugins. */
export function ConfigPage({ plugin }: PluginConfigPageProps<AppPluginMeta>) {
  return <p>{plugin.meta.name}</p>;
}
