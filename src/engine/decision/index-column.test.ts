import { describe, expect, it } from 'vitest';
import { simulate } from '../testing/synthetic-system.ts';
import { findIndexColumn } from './index-column.ts';

const find = (messages: readonly string[], table = 'orders', summaries: readonly string[] = []) =>
  findIndexColumn(table, {
    ...simulate({ disturbances: [], logs: messages.map((message) => ({ service: 'db', message })) }),
    changes: summaries.map((summary) => ({ atMs: 1, kind: 'migration', service: 'db', summary })),
  });

describe('findIndexColumn reads', () => {
  it.each([
    [
      'a slow statement',
      ['duration: 3500 ms execute <unnamed>: SELECT * FROM orders WHERE customer_id = $1'],
      [],
      'customer_id',
    ],
    ['an alias', ['SELECT o.id FROM orders o WHERE o.customer_id IN ($1)'], [], 'customer_id'],
    ['a dropped index by its definition', [], ['drop index on orders (customer_id)'], 'customer_id'],
    ['a dropped index by its name', [], ['migration 2291 drops index orders_customer_id_idx'], 'customer_id'],
    [
      'the most frequent of several',
      ['from orders where a = 1', 'from orders where b = 1', 'from orders where b = 2'],
      [],
      'b',
    ],
    ['nothing where another table is meant', ['SELECT * FROM users WHERE email = $1'], [], undefined],
    ['nothing from silence', [], [], undefined],
  ])('%s', (_, messages, summaries, column) => {
    expect(find(messages, 'orders', summaries)).toBe(column);
  });

  it('plain identifiers only, from hostile text', () => {
    expect(find(['from orders where x"); drop table y; -- = 1'])).toBeUndefined();
    expect(find(['from orders where id = 1'], 'orders; drop')).toBeUndefined();
    expect(find([`from orders where ${'a'.repeat(5000)} = 1`])).toBeUndefined();
  });
});
