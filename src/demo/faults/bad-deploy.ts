import { nextPatch } from '../shop/change-log.ts';
import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** A new version of order is slow by itself and fails now and then. */
export const badDeploy: Fault = {
  id: 'bad-deploy',
  title: 'Bad deploy of order',
  description:
    'A new version of order spends more time in itself and fails one request in twenty. Cure: roll back order.',
  causes: ['order'],
  symptom: 'checkout',
  fault: true,
  start(shop, intensity, atMs) {
    const order = need(shop.components.deployments, 'order');
    const good = order.state.version;
    const bad = nextPatch(good);
    order.defects.set(bad, { extraSelfSeconds: 0.18 * intensity, failureRatio: 0.05 * intensity });
    shop.deploy(order, bad, atMs);
    return {
      cured: () => order.state.version !== bad && order.pods.every((pod) => pod.defect === undefined),
      end: () => {
        order.defects.delete(bad);
        if (order.state.version === bad) {
          shop.deploy(order, good, shop.simulatedMs);
        }
      },
    };
  },
};
