import React, { useMemo } from 'react';
import type { AppRootProps } from '@grafana/data';
import { appSettingsSchema } from '#contracts';
import { ClientsContext, createClients } from './api/clients.ts';
import { createSceneApp } from './scenes/pages.tsx';

/** Root page of the app: builds the clients from the plugin's settings and shows the scenes. */
export function App({ meta }: AppRootProps) {
  const clients = useMemo(() => {
    const settings = appSettingsSchema.partial().safeParse(meta.jsonData ?? {});
    return createClients(settings.success ? settings.data : {});
  }, [meta.jsonData]);
  // One scene app for as long as the app is open: Grafana renders the root again whenever the address changes.
  const app = useMemo(() => createSceneApp(clients.datasourceUid), [clients.datasourceUid]);
  return (
    <ClientsContext.Provider value={clients}>
      <app.Component model={app} />
    </ClientsContext.Provider>
  );
}
