import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, matchRoute, toUpstreamUrl } from './app-routes.ts';
import type { PluginRoute } from './plugin-catalog.ts';

function route(path: string, method: string, reqAction = ''): PluginRoute {
  return { path, method, url: '{{ .JsonData.executorUrl }}', reqAction, reqRole: '', headers: [] };
}

const ROUTES = [
  route('executor/v1/plans/special', 'POST', 'first'),
  route('executor/*', 'GET', 'read'),
  route('executor/*', 'POST', 'execute'),
  route('open', '', 'any'),
  route('star', '*', 'star'),
  route('list/*', 'GET,POST', 'never'),
];
const settings = (executorUrl: string) => ({ jsonData: { executorUrl }, secureJsonData: { token: 's3cret' } });

describe('matching routes of an app', () => {
  it.each([
    ['GET', 'executor/v1/incidents', 'read', 'v1/incidents'],
    ['POST', 'executor/v1/plans', 'execute', 'v1/plans'],
    ['POST', 'executor/v1/plans/special', 'first', ''],
    ['DELETE', 'open', 'any', ''],
    ['PATCH', 'star', 'star', ''],
    ['GET', 'executor/', 'read', ''],
  ])('%s %s takes the first entry that fits', (method, path, action, rest) => {
    expect(matchRoute(ROUTES, method, path)).toMatchObject({ route: { reqAction: action }, rest });
  });

  it.each([
    ['DELETE', 'executor/v1/plans'],
    ['GET', 'executor'],
    ['GET', 'executors/v1'],
    ['GET', 'open/more'],
    ['GET', 'list/x'],
    ['post', 'executor/v1/plans'],
  ])('%s %s fits none', (method, path) => {
    expect(matchRoute(ROUTES, method, path)).toBeUndefined();
  });
});

describe('the upstream address', () => {
  const match = (rest: string) => ({ route: route('executor/*', 'GET'), rest });

  it.each([
    ['http://127.0.0.1:8090', 'v1/incidents', '', 'http://127.0.0.1:8090/v1/incidents'],
    ['http://127.0.0.1:8090/base/', 'v1/plans', 'incidentId=1', 'http://127.0.0.1:8090/base/v1/plans?incidentId=1'],
    ['http://127.0.0.1:8090', '//evil.example/x', '', 'http://127.0.0.1:8090/evil.example/x'],
    ['http://127.0.0.1:8090', 'http://evil.example/', '', 'http://127.0.0.1:8090/http://evil.example/'],
  ])('%s with %s', (base, rest, query, expected) => {
    expect(toUpstreamUrl(match(rest), settings(base), query)?.href).toBe(expected);
  });

  it('of a route without a star is its own, without a slash at the end', () => {
    const only = { ...route('executor/v1/labels', 'POST'), url: '{{ .JsonData.executorUrl }}/v1/labels' };
    expect(toUpstreamUrl({ route: only, rest: '' }, settings('http://127.0.0.1:8090'), 'a=1')?.href).toBe(
      'http://127.0.0.1:8090/v1/labels?a=1'
    );
  });

  it.each([
    ['an unset address', '', 'v1'],
    ['no address at all', 'executor', 'v1'],
    ['a path that leaves the base', 'http://127.0.0.1:8090/base', '../admin'],
    ['an encoded path that leaves the base', 'http://127.0.0.1:8090/base', '%2e%2e/admin'],
  ])('is refused for %s', (_, base, rest) => {
    expect(toUpstreamUrl(match(rest), settings(base), '')).toBeUndefined();
  });

  it('never leaves the configured origin and folder', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.string(), (elsewhere, text) => {
        for (const rest of [elsewhere, text, `/${text}`, `../${text}`]) {
          const url = toUpstreamUrl(match(rest), settings('http://127.0.0.1:8090/base'), '');
          expect(url?.href ?? 'http://127.0.0.1:8090/base/').toMatch(/^http:\/\/127\.0\.0\.1:8090\/base\//);
        }
      })
    );
  });
});

describe('templates', () => {
  it.each([
    ['Bearer {{ .SecureJsonData.token }}', 'Bearer s3cret'],
    ['{{.JsonData.executorUrl}}/x', 'http://e/x'],
    ['{{ .JsonData.missing }}', ''],
    ['{{ .Other.token }}', '{{ .Other.token }}'],
    ['{{ .JsonData.token }}', ''],
  ])('%s', (template, filled) => {
    expect(fillTemplate(template, settings('http://e'))).toBe(filled);
  });
});
