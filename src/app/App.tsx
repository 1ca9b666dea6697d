import React from 'react';
import type { AppRootProps } from '@grafana/data';
import { SceneApp, SceneAppPage, EmbeddedScene, SceneReactObject, useSceneApp } from '@grafana/scenes';
import { PAGE_PATHS } from './routes.ts';

function createApp(): SceneApp {
  return new SceneApp({
    pages: [
      new SceneAppPage({
        title: 'Overview',
        url: PAGE_PATHS.overview,
        routePath: 'overview/*',
        getScene: () => new EmbeddedScene({ body: new SceneReactObject({ reactNode: <p>Overview</p> }) }),
      }),
    ],
  });
}

/** Root page of the app. */
export function App(_props: AppRootProps) {
  const app = useSceneApp(createApp);
  return <app.Component model={app} />;
}
