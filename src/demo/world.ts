import { createEmitters } from './emitters/index.ts';
import { createStore, createStoreHandler } from './store/index.ts';
import { readEnvironment } from './world/environment.ts';
import { explain } from './world/process.ts';
import { runWorld } from './world/run-world.ts';

/** Runs the world: shop, embedded store, clock and their HTTP interfaces in one process. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const emitters = createEmitters(environment);
  const clock = { now: (): number => Date.now() };
  const store = createStore({ now: () => clock.now() });
  await runWorld({
    environment,
    emitters,
    sink: emitters.sink(store),
    store: createStoreHandler(store),
    onWorld: (world) => {
      clock.now = () => world.clock.now();
    },
  });
}

main().catch(explain);
