import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ORIGIN_CHOICES,
  parseIncidentsAddress,
  STATUS_CHOICES,
  toIncidentFilter,
  toIncidentsQuery,
} from './incidents-address.ts';

const PLAIN = { q: '', status: 'open', origin: 'all', mine: false } as const;

const addresses = fc.record({
  q: fc.string({ maxLength: 60, unit: 'grapheme-ascii' }),
  status: fc.constantFrom(...STATUS_CHOICES),
  origin: fc.constantFrom(...ORIGIN_CHOICES),
  mine: fc.boolean(),
});

describe('the address of the incidents page', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const entries = Object.entries(toIncidentsQuery(address)).flatMap(([key, value]) =>
          value === null ? [] : [[key, value]]
        );
        expect(parseIncidentsAddress(`?${new URLSearchParams(entries).toString()}`)).toEqual(address);
      })
    );
  });

  it.each([
    ['', PLAIN],
    ['?status=nonsense&origin=&mine=yes', PLAIN],
    [
      '?status=resolved&origin=alert&mine=1&q=orders%20db',
      { q: 'orders db', status: 'resolved', origin: 'alert', mine: true },
    ],
    [`?q=${'x'.repeat(500)}`, { ...PLAIN, q: 'x'.repeat(200) }],
  ])('reads %s', (search, address) => {
    expect(parseIncidentsAddress(search)).toEqual(address);
  });

  it('leaves everything usual out', () => {
    expect(Object.values(toIncidentsQuery(PLAIN))).toEqual([null, null, null, null]);
  });

  it.each([
    [PLAIN, { status: 'open' }],
    [{ ...PLAIN, q: '  ' }, { status: 'open' }],
    [
      { q: ' payment ', status: 'all', origin: 'person', mine: true },
      { q: 'payment', origin: 'person', assignee: 'anna' },
    ],
  ] as const)('asks the executor %#', (address, filter) => {
    expect(toIncidentFilter(address, 'anna')).toEqual(filter);
  });
});
