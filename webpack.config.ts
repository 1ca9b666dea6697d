import { globSync } from 'node:fs';
import path from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

const absolute = (file: string): string => path.resolve(process.cwd(), file);

const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), {
    // What is copied is not watched by the cache: a changed manifest would not reach the build.
    cache: { type: 'filesystem', buildDependencies: { manifests: globSync('src/**/plugin.json').map(absolute) } },
    plugins: [
      new CopyWebpackPlugin({
        patterns: [
          { from: path.resolve(process.cwd(), 'dashboards'), to: 'dashboards' },
          // The scaffold copies the logos of the app only; each nested plugin names its own.
          { from: '{datasource,panels/*}/img/*', to: '.' },
        ],
      }),
    ],
  });

export default config;
