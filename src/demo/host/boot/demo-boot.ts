import type { ClockReading, SimulatedClock } from './simulated-clock.ts';

/** One identity of the demo. Approvals of risky plans need two different persons. */
export interface DemoUser {
  readonly login: string;
  readonly name: string;
  readonly role: string;
}

/** What the server writes into the page beside Grafana's boot data. */
export interface DemoBoot {
  readonly clock: ClockReading;
  readonly user: string;
  readonly users: readonly DemoUser[];
  /** Set by the clock script, which runs before everything else. */
  clockSource?: SimulatedClock;
}

/** Reads the demo's part of the boot data. */
export function readDemoBoot(): DemoBoot {
  return (globalThis as unknown as { readonly causewayDemo: DemoBoot }).causewayDemo;
}
