import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRcaUrl } from '#model';
import { linkConfigs } from './links.ts';

interface Declared {
  readonly extensions: {
    readonly addedLinks: ReadonlyArray<{
      readonly targets: readonly string[];
      readonly title: string;
      readonly description: string;
    }>;
  };
}
const declared = (JSON.parse(readFileSync('src/plugin.json', 'utf8')) as Declared).extensions.addedLinks;

describe('extension links', () => {
  it('are declared in plugin.json exactly as they are registered', () => {
    expect(linkConfigs.map(({ targets, title, description }) => ({ targets, title, description }))).toEqual(declared);
  });

  it('stay below the path of the app and hide themselves without a service', () => {
    for (const { path, configure } of linkConfigs) {
      expect(path).toMatch(/^\/a\/causeway-aiops-app\//);
      expect(configure?.(undefined)).toBeUndefined();
    }
  });

  it('carry service and time', () => {
    const link = linkConfigs[0]?.configure?.({
      targets: [{ expr: 'x{service="a b"}' }],
      timeRange: { from: 'now-1h', to: 'now' },
    });
    expect(parseRcaUrl(link?.path ?? '')).toEqual({ service: 'a b', from: 'now-1h', to: 'now' });
  });
});
