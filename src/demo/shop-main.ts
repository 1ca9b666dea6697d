import { createEmitters } from './emitters/index.ts';
import { readEnvironment } from './world/environment.ts';
import { explain } from './world/process.ts';
import { runWorld } from './world/run-world.ts';

/**
 * Runs the shop for a real stack: Prometheus scrapes `/metrics`, logs go to Loki, spans to an OTLP receiver. Real time, no
 * history; `CAUSEWAY_LOKI_PUSH_URL` and `CAUSEWAY_OTLP_URL` say where to.
 */
async function main(): Promise<void> {
  const environment = readEnvironment({ CAUSEWAY_WORLD_PORT: '8080', ...process.env });
  const emitters = createEmitters(environment);
  await runWorld({
    environment: { ...environment, historyMinutes: 0, speed: 1, startMs: undefined, realTimeOnly: true },
    emitters,
    sink: emitters.sink(),
  });
}

main().catch(explain);
