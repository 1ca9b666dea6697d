import { createSimulatedClock, patchDate } from './simulated-clock.ts';
import { readDemoBoot } from './demo-boot.ts';

/** Polling faster would leave no idle second for tools that wait for the network to be quiet. */
const POLL_MS = 1000;

const clock = createSimulatedClock(readDemoBoot().clock, () => performance.now());
patchDate(globalThis, () => clock.now());
readDemoBoot().clockSource = clock;

async function poll(): Promise<void> {
  const response = await fetch('/demo/clock', { headers: { Accept: 'application/json' } });
  if (response.ok) {
    const { nowMs, speed } = (await response.json()) as { nowMs?: unknown; speed?: unknown };
    if (typeof nowMs === 'number' && typeof speed === 'number') {
      clock.sync({ nowMs, speed });
    }
  }
}

// While the shop does not answer, the page goes on by the last reading; the demo bar says so.
setInterval(() => void poll().catch(() => undefined), POLL_MS);
