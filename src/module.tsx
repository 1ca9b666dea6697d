import React, { lazy, Suspense } from 'react';
import { AppPlugin, type AppPluginMeta, type AppRootProps, type PluginConfigPageProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { linkConfigs } from './app/extensions/links.ts';

const LazyApp = lazy(async () => ({ default: (await import('./app/App.tsx')).App }));
const LazyConfigPage = lazy(async () => ({
  default: (await import('./app/pages/configuration/ConfigPage.tsx')).ConfigPage,
}));

function Root(props: AppRootProps) {
  return <LazyApp {...props} />;
}

function Configuration(props: PluginConfigPageProps<AppPluginMeta>) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading the configuration" />}>
      <LazyConfigPage {...props} />
    </Suspense>
  );
}

/** The app plugin as Grafana loads it. Kept small: it is loaded with every page of Grafana. */
export const plugin = new AppPlugin().setRootPage(Root).addConfigPage({
  title: 'Configuration',
  icon: 'cog',
  body: Configuration,
  id: 'configuration',
});

for (const link of linkConfigs) {
  plugin.addLink(link);
}
