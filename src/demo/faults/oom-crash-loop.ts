import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** The working set of inventory grows beyond its limit: the kernel kills the pods again and again. */
export const oomCrashLoop: Fault = {
  id: 'oom-crash-loop',
  title: 'Out of memory in inventory',
  description:
    'inventory keeps a catalogue in memory that does not fit its limit. Pods are killed, restarted with growing delays and killed again. Cure: raise the memory limit by half.',
  causes: ['inventory'],
  symptom: 'checkout',
  fault: true,
  start(shop, intensity, atMs) {
    const inventory = need(shop.components.deployments, 'inventory');
    inventory.memoryDemandBytes = inventory.spec.memoryLimitBytes * (1.1 + 0.1 * intensity);
    shop.announce({ atMs, kind: 'flag', service: 'inventory', summary: 'flag preload-catalogue switched on' });
    return {
      cured: () => false,
      end: () => {
        inventory.memoryDemandBytes = inventory.spec.memoryDemandBytes;
      },
    };
  },
};
