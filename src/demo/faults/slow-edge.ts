import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** The node of shipping's pods has a bad link. */
export const slowEdge: Fault = {
  id: 'slow-edge',
  title: 'Slow network between checkout and shipping',
  description:
    'The nodes that shipping runs on have a bad link: calls from checkout take long although shipping answers fast. Cure: restart shipping, which moves it to other nodes.',
  causes: ['shipping'],
  symptom: 'checkout',
  fault: true,
  start(shop, intensity) {
    const shipping = need(shop.components.deployments, 'shipping');
    const edge = need(shop.components.edges, 'checkout shipping');
    const stranded = new Set(shipping.pods.map((pod) => pod.name));
    edge.extraDelaySeconds = 0.8 * intensity;
    edge.extraDelayRatio = 1;
    return {
      cured: () => {
        const left = shipping.ready.filter((pod) => stranded.has(pod.name)).length;
        edge.extraDelayRatio = shipping.ready.length === 0 ? 0 : left / shipping.ready.length;
        return shipping.pods.every((pod) => !stranded.has(pod.name));
      },
      end: () => {
        edge.extraDelaySeconds = 0;
        edge.extraDelayRatio = 0;
      },
    };
  },
};
