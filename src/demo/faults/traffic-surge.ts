import type { Fault } from './fault.ts';

/** More people than usual, within what the shop can serve. */
export const trafficSurge: Fault = {
  id: 'traffic-surge',
  title: 'Traffic surge',
  description: 'Nearly twice as many people as usual. The shop has the capacity: no fault.',
  causes: [],
  symptom: 'gateway',
  fault: false,
  start(shop, intensity) {
    const { demand } = shop.components;
    demand.factor = 1 + 0.8 * intensity;
    return {
      cured: () => false,
      end: () => {
        demand.factor = 1;
      },
    };
  },
};
