import type { CompiledOperation } from './compiled-operation.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { Random } from './random.ts';

const MEAN_BASKET_USD = 64;
const BASKET_SIGMA = 0.5;

/** What became of the orders that people sent, and the money that they brought: the numbers that the owners of the shop look at. */
export class OrderMetrics {
  readonly #checkout: CompiledOperation;
  readonly #random: Random;
  #placed = 0;
  #revenueUsd = 0;

  /** @param checkout the operation by which people order */
  constructor(checkout: CompiledOperation, random: Random) {
    this.#checkout = checkout;
    this.#random = random;
  }

  /** Sets the readings of one scrape. */
  report(registry: MetricRegistry): void {
    const counts = { placed: 0, refused: 0, failed: 0 };
    for (const [status, { count }] of this.#checkout.http) {
      counts[status < 400 ? 'placed' : status < 500 ? 'refused' : 'failed'] += count;
    }
    const orders = Math.max(0, counts.placed - this.#placed);
    this.#placed = counts.placed;
    // The sum of many baskets: its relative error falls with the root of their number.
    const error = (BASKET_SIGMA * this.#random.normal()) / Math.sqrt(Math.max(1, orders));
    this.#revenueUsd += Math.round(100 * orders * MEAN_BASKET_USD * Math.max(0, 1 + error)) / 100;
    for (const [outcome, count] of Object.entries(counts)) {
      registry.counter('shop_orders_total', { outcome }, count);
    }
    registry.counter('shop_revenue_usd_total', { currency: 'USD' }, this.#revenueUsd);
  }
}
