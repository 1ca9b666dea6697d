import type { PluginRoute } from './plugin-catalog.ts';

/** A route that fits a request, with what its `*` stands for. */
export interface RouteMatch {
  readonly route: PluginRoute;
  /** Appended to the route's address; empty for routes without `*`. */
  readonly rest: string;
}

/** Settings that the templates of a route may name. */
export interface RouteSettings {
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData: Readonly<Record<string, string>>;
}

/**
 * Finds the route of an app as Grafana's proxy does: the first entry that fits wins. A path fits exactly, or by prefix when
 * it ends in `/*`; `method` is one verb, and an empty one or `*` stands for any.
 */
export function matchRoute(
  routes: readonly PluginRoute[],
  method: string,
  requestPath: string
): RouteMatch | undefined {
  for (const route of routes) {
    const fitsMethod = route.method === '' || route.method === '*' || route.method === method;
    const rest = matchPath(route.path, requestPath);
    if (fitsMethod && rest !== undefined) {
      return { route, rest };
    }
  }
  return undefined;
}

function matchPath(pattern: string, requestPath: string): string | undefined {
  if (!pattern.endsWith('/*')) {
    return pattern === requestPath ? '' : undefined;
  }
  const prefix = pattern.slice(0, -1);
  return requestPath.startsWith(prefix) ? requestPath.slice(prefix.length) : undefined;
}

const TEMPLATE = /\{\{\s*\.(JsonData|SecureJsonData)\.([A-Za-z_]\w*)\s*\}\}/g;

/** Fills `{{ .JsonData.x }}` and `{{ .SecureJsonData.x }}`; what is not set becomes empty. */
export function fillTemplate(template: string, settings: RouteSettings): string {
  return template.replaceAll(TEMPLATE, (_, kind: string, name: string) => {
    const value = kind === 'JsonData' ? settings.jsonData[name] : settings.secureJsonData[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });
}

/**
 * The upstream address of a matched request.
 * @returns undefined when the address is not set or the rest would leave it
 */
export function toUpstreamUrl(match: RouteMatch, settings: RouteSettings, query: string): URL | undefined {
  const base = fillTemplate(match.route.url, settings).replace(/\/+$/, '');
  if (!URL.canParse(base)) {
    return undefined;
  }
  const root = new URL(`${base}/`);
  if (match.rest === '' && !match.route.path.endsWith('/*')) {
    // A route without `*` stands for one address; a slash at its end would be another one.
    const only = new URL(base);
    only.search = query;
    return only;
  }
  const url = new URL(`./${match.rest.replace(/^\/+/, '')}`, root);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) {
    return undefined;
  }
  url.search = query;
  return url;
}
