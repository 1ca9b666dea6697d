import type { Datasource } from '../datasource/datasource.ts';
import type { Watched } from '../diagnostics/collect-metrics.ts';
import type { Log } from '../grpc/hclog.ts';
import { startWatch, type Watch } from './watch.ts';
import type { WatchState } from './watch-state.ts';

/** One watch per datasource, started and stopped with it. */
export class WatchKeeper {
  private readonly watches = new Map<Datasource, Watch>();
  private readonly log: Log;
  private readonly ready: Promise<void>;

  /** @param ready  resolves when the clock is known */
  constructor(log: Log, ready: Promise<void>) {
    this.log = log;
    this.ready = ready;
  }

  /** Follows a datasource that was made, replaced or dropped. */
  change(current: Datasource | undefined, previous: Datasource | undefined): void {
    if (previous) {
      this.watches.get(previous)?.stop();
      this.watches.delete(previous);
    }
    if (current) {
      this.watches.set(current, startWatch(current, this.log, this.ready));
    }
  }

  stateOf(datasource: Datasource): WatchState | undefined {
    return this.watches.get(datasource)?.state;
  }

  list(): readonly Watched[] {
    return [...this.watches].map(([datasource, { state }]) => ({ datasource, state }));
  }
}
