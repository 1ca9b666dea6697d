import { createShopHandler } from './world/shop-routes.ts';
import { createStore, createStoreHandler } from './store/index.ts';
import { createWorldServer } from './world/server.ts';
import { Exposition, tee } from './emitters/index.ts';
import { readEnvironment } from './world/environment.ts';
import { close, listen, pace, report, stopOnSignal } from './world/process.ts';
import { World } from './world/world-runner.ts';

/** Runs the world: shop, embedded store, clock and their HTTP interfaces in one process. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const exposition = new Exposition();
  const holder: { world?: World } = {};
  const store = createStore({ now: () => holder.world?.clock.now() ?? Date.now() });
  const world = new World({
    seed: environment.seed,
    startMs: environment.startMs ?? Date.now(),
    historyMinutes: environment.historyMinutes,
    speed: environment.speed,
    sink: tee([store, exposition]),
    realNow: () => performance.now(),
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
  });
  holder.world = world;
  const server = createWorldServer({
    shop: createShopHandler(world, environment.platformToken),
    store: createStoreHandler(store),
    metrics: () => exposition.text(),
    onError: (error) => report('error', { message: error instanceof Error ? error.message : String(error) }),
  });
  const begunMs = performance.now();
  await world.backfill();
  const stopPacing = pace(world);
  const port = await listen(server, environment.port, environment.host);
  report('listening', { port, historySeconds: Math.round(performance.now() - begunMs) / 1000 });
  stopOnSignal(async () => {
    stopPacing();
    await close(server);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
