import type { Emitters } from '../emitters/index.ts';
import type { StoreHandler } from '../store/index.ts';
import type { TelemetrySink } from '../telemetry-sink.ts';
import type { WorldEnvironment } from './environment.ts';
import { close, listen, pace, report, stopOnSignal } from './process.ts';
import { createWorldServer } from './server.ts';
import { createShopHandler } from './shop-routes.ts';
import { World } from './world-runner.ts';

/** Parts of a world process. */
export interface WorldProcess {
  readonly environment: WorldEnvironment;
  readonly emitters: Emitters;
  readonly sink: TelemetrySink;
  readonly store?: StoreHandler;
  /** Told about the world before its history is filled. */
  readonly onWorld?: (world: World) => void;
}

/** Fills the history, then serves until a signal comes. Prints one JSON line when it listens. */
export async function runWorld(parts: WorldProcess): Promise<void> {
  const { environment, emitters } = parts;
  const begunMs = performance.now();
  const world = new World({
    seed: environment.seed,
    startMs: environment.startMs ?? Date.now(),
    historyMinutes: environment.historyMinutes,
    speed: environment.speed,
    sink: parts.sink,
    realNow: () => performance.now(),
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
  });
  parts.onWorld?.(world);
  const server = createWorldServer({
    shop: createShopHandler(world, {
      platformToken: environment.platformToken,
      realTimeOnly: environment.realTimeOnly,
    }),
    ...(parts.store ? { store: parts.store } : {}),
    metrics: () => emitters.metrics(),
    onError: (error) => report('error', { message: error instanceof Error ? error.message : String(error) }),
  });
  await world.backfill();
  const stopPacing = pace(world);
  stopOnSignal(async () => {
    stopPacing();
    await close(server);
    await emitters.idle();
  });
  const port = await listen(server, environment.port, environment.host);
  report('listening', { port, historySeconds: Math.round(performance.now() - begunMs) / 1000 });
}
