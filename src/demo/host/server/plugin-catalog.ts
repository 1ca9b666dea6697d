import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { HostError } from './errors.ts';

const routeSchema = z.object({
  path: z.string(),
  method: z.string().default(''),
  url: z.string(),
  reqAction: z.string().default(''),
  reqRole: z.string().default(''),
  headers: z.array(z.object({ name: z.string(), content: z.string() })).default([]),
});

const includeSchema = z.object({
  type: z.string(),
  name: z.string().default(''),
  path: z.string().default(''),
  role: z.string().default(''),
  action: z.string().default(''),
  addToNav: z.boolean().default(false),
  defaultNav: z.boolean().default(false),
});

const pluginSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.enum(['app', 'datasource', 'panel']),
  backend: z.boolean().default(false),
  executable: z.string().optional(),
  info: z.looseObject({ version: z.string().default(''), logos: z.record(z.string(), z.string()).default({}) }),
  includes: z.array(includeSchema).default([]),
  routes: z.array(routeSchema).default([]),
  roles: z
    .array(
      z.object({
        role: z.object({ permissions: z.array(z.object({ action: z.string() })).default([]) }),
        grants: z.array(z.string()).default([]),
      })
    )
    .default([]),
});

export type PluginRoute = z.infer<typeof routeSchema>;
export type PluginInclude = z.infer<typeof includeSchema>;

/** One built plugin: what its plugin.json says, and where it lies. */
export interface BuiltPlugin {
  readonly folder: string;
  readonly json: z.infer<typeof pluginSchema>;
}

/**
 * Finds the app and its nested plugins below a build folder.
 * @returns plugins by id
 * @throws HostError when there is no app or a plugin.json cannot be read
 */
export function readCatalog(folder: string): ReadonlyMap<string, BuiltPlugin> {
  const catalog = new Map<string, BuiltPlugin>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.basename(file) === 'plugin.json') {
      const parsed = pluginSchema.safeParse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
      if (!parsed.success) {
        throw new HostError('CAUSEWAY_HOST_CONFIG', `${file}: ${parsed.error.issues[0]?.message ?? 'wrong form'}`);
      }
      catalog.set(parsed.data.id, { folder: path.join(folder, path.dirname(file)), json: parsed.data });
    }
  }
  findApp(catalog);
  return catalog;
}

/** The app plugin of a catalogue. */
export function findApp(catalog: ReadonlyMap<string, BuiltPlugin>): BuiltPlugin {
  const app = [...catalog.values()].find((plugin) => plugin.json.type === 'app');
  if (!app) {
    throw new HostError('CAUSEWAY_HOST_CONFIG', 'The build folder holds no app plugin; run npm run build:plugin');
  }
  return app;
}

/** The part of a plugin that the browser gets, as Grafana words it. */
export function toPluginMeta(plugin: BuiltPlugin): Readonly<Record<string, unknown>> {
  const { json } = plugin;
  const base = `public/plugins/${json.id}`;
  const logos = Object.fromEntries(Object.entries(json.info.logos).map(([size, file]) => [size, `${base}/${file}`]));
  return {
    ...json,
    info: { links: [], screenshots: [], ...json.info, logos },
    module: `${base}/module.js`,
    baseUrl: base,
    enabled: true,
    pinned: true,
    hasUpdate: false,
    signature: 'unsigned',
    loadingStrategy: 'script',
    sort: 100,
    hideFromList: false,
    skipDataQuery: false,
    state: '',
    angular: { detected: false, hideDeprecation: true },
    jsonData: {},
    secureJsonFields: {},
    routes: undefined,
    roles: undefined,
  };
}
