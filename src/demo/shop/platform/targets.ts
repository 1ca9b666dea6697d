import type { ActionTarget } from '#model';
import type { Cache } from '../cache.ts';
import type { Database } from '../database.ts';
import type { Deployment } from '../deployment.ts';
import type { Edge } from '../edge.ts';
import { ShopError } from '../errors.ts';
import { Random } from '../random.ts';
import type { ShopComponents } from '../shop-components.ts';
import { CACHE } from '../topology.ts';

/** A component that actions can be done to. */
export type Component =
  | { readonly kind: 'deployment'; readonly component: Deployment }
  | { readonly kind: 'database'; readonly component: Database }
  | { readonly kind: 'cache'; readonly component: Cache }
  | { readonly kind: 'edge'; readonly component: Edge };

/** A target as the platform shows it. */
export interface TargetView extends ActionTarget {
  readonly uid: string;
  readonly version: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** The operation that changed it last; missing when something else changed it since. */
  readonly operationId?: string;
}

/** Finds a component. @throws ShopError SHOP_TARGET_UNKNOWN */
export function findComponent(shop: ShopComponents, target: ActionTarget): Component {
  const found = lookUp(shop, target);
  if (!found) {
    const peer = target.peer === undefined ? '' : ` to ${target.peer}`;
    throw new ShopError('SHOP_TARGET_UNKNOWN', `There is no ${target.kind} ${target.name}${peer}.`);
  }
  return found;
}

function lookUp(shop: ShopComponents, target: ActionTarget): Component | undefined {
  switch (target.kind) {
    case 'deployment': {
      const component = shop.deployments.get(target.name);
      return component && { kind: 'deployment', component };
    }
    case 'database': {
      const component = shop.databases.get(target.name);
      return component && { kind: 'database', component };
    }
    case 'cache':
      return target.name === CACHE.name ? { kind: 'cache', component: shop.cache } : undefined;
    case 'edge': {
      const component = shop.edges.get(`${target.name} ${target.peer}`);
      return component && { kind: 'edge', component };
    }
  }
}

/** What a caller reads before it acts. `version` changes with every change of the target. */
export function viewTarget(target: ActionTarget, found: Component): TargetView {
  const { kind, name, peer } = target;
  return {
    kind,
    name,
    ...(peer === undefined ? {} : { peer }),
    uid: uidOf([kind, name, peer ?? ''].join('/')),
    version: String(found.component.revision),
    spec: specOf(found),
  };
}

/** What people asked of a component, and how far it is there. */
export function specOf(found: Component): Readonly<Record<string, unknown>> {
  switch (found.kind) {
    case 'deployment': {
      const { state, limiter, ready } = found.component;
      return {
        replicas: state.replicas,
        readyReplicas: ready.length,
        memoryLimitBytes: state.memoryLimitBytes,
        version: state.version,
        previousVersion: state.previousVersion,
        rateLimitPerSecond: limiter?.ratePerSecond ?? null,
      };
    }
    case 'database': {
      const { spec, tables } = found.component;
      const indexes = [...tables].map(([table, state]) => [table, [...state.indexed].toSorted()]);
      return { cores: spec.cores, maxConnections: spec.maxConnections, indexes: Object.fromEntries(indexes) };
    }
    case 'cache':
      return { memoryLimitBytes: found.component.maxMemoryBytes };
    case 'edge':
      return {
        rateLimitPerSecond: found.component.limiter?.ratePerSecond ?? null,
        circuitBreaker: found.component.breaker !== undefined,
      };
  }
}

function uidOf(text: string): string {
  const hex = new Random(`uid/${text}`).hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
