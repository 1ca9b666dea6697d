import { need } from '../shop/shop-components.ts';
import type { Fault } from './fault.ts';

/** users-db refuses connections. */
export const deadDependency: Fault = {
  id: 'dead-dependency',
  title: 'users-db refuses connections',
  description: 'users-db hangs and takes no connection. Everything that needs users fails. Cure: restart users-db.',
  causes: ['users-db'],
  symptom: 'user',
  fault: true,
  start(shop, intensity) {
    const database = need(shop.components.databases, 'users-db');
    database.refusedRatio = Math.min(1, intensity);
    return {
      cured: () => database.refusedRatio === 0,
      end: () => {
        database.refusedRatio = 0;
      },
    };
  },
};
