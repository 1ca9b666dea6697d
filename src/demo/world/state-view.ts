import { kindOf } from '../shop/index.ts';
import type { World } from './world-runner.ts';

/** One node of the shop as the control API shows it. Rates and latencies are those of the last minute. */
export interface ServiceState {
  readonly name: string;
  readonly kind: string;
  readonly requestsPerSecond: number;
  readonly errorRatio: number | null;
  readonly latencyP99Seconds: number | null;
  readonly replicas?: number;
  readonly readyReplicas?: number;
}

/** The state of the shop for people. Telemetry is the source for everything else. */
export function describeState(world: World): unknown {
  const { shop } = world;
  const services = shop.recentLoad().map(({ name, ...load }) => {
    const deployment = shop.components.deployments.get(name);
    const pods = deployment && { replicas: deployment.state.replicas, readyReplicas: deployment.ready.length };
    return { name, kind: kindOf(name) ?? 'service', ...load, ...pods } satisfies ServiceState;
  });
  return {
    nowMs: world.clock.now(),
    simulatedMs: shop.simulatedMs,
    requestsPerSecond: shop.requestsPerSecond,
    services,
    faults: world.faults.active,
  };
}
