import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** A batch job on the same nodes takes the CPU time and the cache lines that catalog needs. */
export const cpuNeighbour: Fault = {
  id: 'cpu-neighbour',
  title: 'CPU-hungry neighbour of catalog',
  description:
    'A batch job runs on the nodes of catalog. Its pods get little CPU time and are throttled. Cure: scale catalog; new pods start on other nodes.',
  causes: ['catalog'],
  symptom: 'gateway',
  fault: true,
  start(shop, intensity) {
    const catalog = need(shop.components.deployments, 'catalog');
    catalog.nodeShare = Math.max(0.12, 1 - 0.8 * intensity);
    catalog.cacheContention = 1 + 0.4 * intensity;
    return {
      cured: () => false,
      end: () => {
        catalog.nodeShare = 1;
        catalog.cacheContention = 1;
      },
    };
  },
};
