import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopologyAddress, type TopologyAddress, toTopologyQuery } from './topology-address.ts';

const name = fc.string({ minLength: 1, maxLength: 30 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const address: fc.Arbitrary<TopologyAddress> = fc.record({
  service: maybe(name),
  atMs: maybe(fc.integer({ min: 0, max: 4e12 })),
  compareMs: maybe(fc.integer({ min: 1, max: 86_400_000 })),
  choice: fc.record(
    {
      focus: fc.record({ name, hops: fc.constantFrom(1 as const, 2 as const, 3 as const) }),
      groupBy: fc.constantFrom('namespace' as const, 'team' as const),
      blastOf: name,
    },
    { requiredKeys: [] }
  ),
});

describe('the address of the topology page', () => {
  it('is read as it was written, whatever the names', () => {
    fc.assert(
      fc.property(address, (written) => {
        const query = new URLSearchParams(
          Object.entries(toTopologyQuery(written)).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))
        );
        expect(parseTopologyAddress(`?${query.toString()}`)).toEqual(written);
      })
    );
  });

  it.each(['?at=tomorrow&compare=-5&hops=9&group=colour', '?at=1e9&compare=0', '?service=&focus=&blast=', ''])(
    'leaves out what makes no sense: %s',
    (search) => {
      expect(parseTopologyAddress(search)).toEqual({
        service: undefined,
        atMs: undefined,
        compareMs: undefined,
        choice: {},
      });
    }
  );
});
