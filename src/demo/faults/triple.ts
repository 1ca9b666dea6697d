import type { Shop } from '../shop/shop.ts';
import { need } from '../shop/shop-components.ts';
import { CACHE, POOL_SIZE_PER_POD, PROVIDER } from '../shop/topology.ts';
import type { Fault, FaultRun } from './fault.ts';

/** Three causes at once that have nothing to do with each other. Each has its own cure; the others stay. */
export const triple: Fault = {
  id: 'triple',
  title: 'Three causes at once',
  description:
    "payment leaks connections of its pool to orders-db, redis runs out of memory, and payment-provider cuts the quota. Cures: restart payment, raise redis' memory limit, limit the rate from payment to payment-provider.",
  causes: ['payment', 'redis', 'payment-provider'],
  symptom: 'checkout',
  fault: true,
  start(shop, intensity, atMs) {
    const runs = [leakConnections(shop, intensity), fillCache(shop, intensity), cutQuota(shop, intensity, atMs)];
    return {
      cured: () => runs.every((run) => run.cured()),
      end: () => runs.forEach((run) => run.end()),
    };
  },
};

/** All connections of some pods are taken for good, and all but one of the others. */
function leakConnections(shop: Shop, intensity: number): FaultRun {
  const payment = need(shop.components.deployments, 'payment');
  const exhausted = Math.max(1, Math.round(intensity));
  payment.pods.forEach((pod, i) => pod.pool.leak(i < exhausted ? POOL_SIZE_PER_POD : POOL_SIZE_PER_POD - 1));
  return {
    cured: () => payment.pods.every((pod) => pod.pool.leaked === 0),
    end: () => payment.pods.forEach((pod) => pod.pool.clear()),
  };
}

/** Keys without expiry fill the cache. */
function fillCache(shop: Shop, intensity: number): FaultRun {
  const { cache } = shop.components;
  cache.memoryDemandBytes = CACHE.maxMemoryBytes * (0.9 + 0.12 * intensity);
  return {
    cured: () => false,
    end: () => {
      cache.memoryDemandBytes = CACHE.maxMemoryBytes * CACHE.baselineRatio;
    },
  };
}

/** The provider grants less than what the shop asks for today. */
function cutQuota(shop: Shop, intensity: number, atMs: number): FaultRun {
  const { provider, time } = shop.components;
  const quota = provider.demand.meanSinceStart(time.seconds) * Math.max(0.25, 1.23 - 0.52 * intensity);
  const before = provider.quotaPerSecond;
  provider.setQuota(quota, time.seconds);
  shop.announce({
    atMs,
    kind: 'config',
    service: PROVIDER.name,
    summary: `account tier changed: quota ${before} to ${Math.round(quota)} requests per second`,
  });
  return {
    cured: () => false,
    end: () => provider.setQuota(PROVIDER.quotaPerSecond, time.seconds),
  };
}
