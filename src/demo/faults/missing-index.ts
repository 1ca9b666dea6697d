import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** A migration drops the index that lookups of orders by customer need: every one of them scans 10 million rows. */
export const missingIndex: Fault = {
  id: 'missing-index',
  title: 'Missing index on orders',
  description:
    'A migration drops the index on orders.customer_id. Lookups by customer scan the table: orders-db gets busy, payment and everything that waits for it gets slow. Cure: create the index.',
  causes: ['orders-db'],
  symptom: 'checkout',
  fault: true,
  start(shop, intensity, atMs) {
    const database = need(shop.components.databases, 'orders-db');
    const orders = need(database.tables, 'orders');
    orders.indexed.delete('customer_id');
    database.scanFactor = intensity;
    database.revision++;
    shop.announce({
      atMs,
      kind: 'migration',
      service: 'orders-db',
      summary: 'migration 2291 drops index orders_customer_id_idx',
    });
    return {
      cured: () => orders.indexed.has('customer_id'),
      end: () => {
        orders.indexed.add('customer_id');
        database.scanFactor = 1;
      },
    };
  },
};
