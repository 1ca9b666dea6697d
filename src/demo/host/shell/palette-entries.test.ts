import { describe, expect, it } from 'vitest';
import { findEntries, toPaletteEntries } from './palette-entries.ts';

const entries = toPaletteEntries(
  [{ title: 'Causeway: incidents', description: 'Open the list', path: '/a/x/incidents', category: undefined }],
  [{ text: 'Causeway', children: [{ text: 'Overview', url: '/a/x/overview' }] }]
);

describe('entries of the palette', () => {
  it('are the links of plugins and the pages that have an address', () => {
    expect(entries).toEqual([
      { title: 'Causeway: incidents', hint: 'Open the list', path: '/a/x/incidents' },
      { title: 'Overview', hint: 'Page', path: '/a/x/overview' },
    ]);
  });

  it.each([
    ['', ['Causeway: incidents', 'Overview']],
    ['LIST causeway', ['Causeway: incidents']],
    ['over', ['Overview']],
    ['nothing of it', []],
  ])('are found by %j', (text, titles) => {
    expect(findEntries(entries, text).map(({ title }) => title)).toEqual(titles);
  });
});
