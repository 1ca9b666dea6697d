import type { AppPlugin, AppPluginMeta } from '@grafana/data';
import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { useEffect, useState } from 'react';
import { importAppPlugin } from '../services/plugin-loader.ts';

/** Where the loading of an app plugin stands. */
export type AppPluginState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly plugin: AppPlugin }
  | { readonly kind: 'failed'; readonly message: string };

/** Fetches the settings of an app plugin and loads its built module. */
export function useAppPlugin(pluginId: string): AppPluginState {
  const [state, setState] = useState<AppPluginState>({ kind: 'loading' });
  useEffect(() => {
    let isCurrent = true;
    const show = (next: AppPluginState) => isCurrent && setState(next);
    show({ kind: 'loading' });
    getBackendSrv()
      .get<AppPluginMeta>(`/api/plugins/${encodeURIComponent(pluginId)}/settings`)
      .then(importAppPlugin)
      .then(
        (plugin) => show({ kind: 'loaded', plugin }),
        (error: unknown) => show({ kind: 'failed', message: describe(error) })
      );
    return () => {
      isCurrent = false;
    };
  }, [pluginId]);
  return state;
}

function describe(error: unknown): string {
  if (isFetchError<{ message?: string }>(error)) {
    return error.data.message ?? error.statusText ?? `HTTP ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
