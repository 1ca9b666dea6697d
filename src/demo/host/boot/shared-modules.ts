import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as jsxDevRuntime from 'react/jsx-dev-runtime';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';
import * as reactRouter from 'react-router';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';
import { moduleLoader } from './system-js.ts';

/** AMD consumers expect the bare CommonJS module where others expect `default`. */
function commonJs(module: object): object {
  return { ...module, default: module, __useDefault: true };
}

const EAGER: Readonly<Record<string, object>> = {
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  emotion: emotionCss,
  i18next: commonJs(i18next),
  lodash: commonJs(lodash),
  moment: commonJs(moment),
  react,
  'react/jsx-dev-runtime': jsxDevRuntime,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': reactDom,
  'react-dom/client': reactDomClient,
  'react-router': reactRouter,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

const LAZY: Readonly<Record<string, () => Promise<object>>> = {
  '@grafana/data/unstable': () => import('@grafana/data/unstable'),
  '@grafana/runtime/unstable': () => import('@grafana/runtime/unstable'),
  '@grafana/ui/unstable': () => import('@grafana/ui/unstable'),
  'react-router-dom': () => import('react-router-dom'),
  prismjs: async () => commonJs((await import('prismjs')).default),
};

/**
 * Offers plugins the modules that Grafana shares with them. Call it after the singletons are set.
 * The namespace objects themselves are registered, so that later replacements (PluginPage) are seen.
 */
export function registerSharedModules(): void {
  // SystemJS wants something like a URL behind a bare name.
  const address = (name: string): string => `shared:${name}`;
  for (const [name, module] of Object.entries(EAGER)) {
    moduleLoader.set(address(name), module);
  }
  for (const [name, load] of Object.entries(LAZY)) {
    moduleLoader.register(address(name), [], (provide) => ({
      execute: async () => provide(await load()),
    }));
  }
  const names = [...Object.keys(EAGER), ...Object.keys(LAZY)];
  moduleLoader.addImportMap({ imports: Object.fromEntries(names.map((name) => [name, address(name)])) });
}
