import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExploreAddress, toExploreAddress } from './explore-address.ts';

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });

describe('addresses of Explore', () => {
  it('are read back', () => {
    fc.assert(
      fc.property(fc.record({ datasource: text, text, from: text, to: text }), (query) => {
        const address = toExploreAddress(query);
        expect(parseExploreAddress(address.slice(address.indexOf('?')))).toEqual(query);
      })
    );
  });

  it('may carry a query of Tempo, and a datasource beside the query only', () => {
    const panes = { b: { queries: [{ query: '{}', datasource: { uid: 'tempo' } }] } };
    expect(parseExploreAddress(`?panes=${encodeURIComponent(JSON.stringify(panes))}`)).toEqual({
      datasource: 'tempo',
      text: '{}',
    });
  });

  it.each([
    '',
    '?panes=',
    '?panes={',
    '?panes=5',
    '?panes=[]',
    '?panes={"a":null}',
    '?panes={"a":{"queries":5,"range":1}}',
  ])('may be broken: %s', (search) => {
    expect(parseExploreAddress(search)).toEqual({});
  });
});
