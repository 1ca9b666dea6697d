import { describe, expect, it } from 'vitest';
import { listLinks, type RegisteredLinks } from './extension-links.ts';

const POINT = 'grafana/dashboard/panel/menu';
const link = { targets: [POINT], title: 'Look into it', description: 'd', path: '/a/app/rca' };
const plugin = (change: object = {}, declared: object = {}): RegisteredLinks => ({
  pluginId: 'app',
  configs: [{ ...link, ...change } as never],
  declared: [{ title: link.title, targets: [POINT], ...declared }],
});

describe('links of extension points', () => {
  it('are shown with what `configure` makes of the context', () => {
    const configure = (context?: { readonly service?: string }) => ({ path: `/a/app/rca?service=${context?.service}` });
    expect(listLinks([plugin({ configure })], POINT, { service: 'a' })).toEqual([
      { title: 'Look into it', description: 'd', path: '/a/app/rca?service=a', category: undefined },
    ]);
  });

  it.each<[string, RegisteredLinks]>([
    ['of another place', plugin({ targets: 'grafana/explore/toolbar/action' })],
    ['not declared', plugin({}, { title: 'Something else' })],
    ['declared for another place', plugin({}, { targets: 'grafana/explore/toolbar/action' })],
    ['hidden by the plugin', plugin({ configure: () => undefined })],
    ['of a plugin that fails', plugin({ configure: () => JSON.parse('{') as never })],
    ['outside of the plugin', plugin({ path: '/a/other/page' })],
  ])('are not shown where they are %s', (_name, registered) => {
    expect(listLinks([registered], POINT, {})).toEqual([]);
  });

  it('name the row that they belong to', () => {
    expect(listLinks([plugin({ group: { name: 'service.name' } })], POINT)[0]?.category).toBe('service.name');
    expect(listLinks([plugin({ category: 'service.name' })], POINT)[0]?.category).toBe('service.name');
  });
});
