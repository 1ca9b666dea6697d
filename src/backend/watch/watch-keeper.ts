import type { Datasource } from '../datasource/datasource.ts';
import type { Watched } from '../diagnostics/collect-metrics.ts';
import type { Log } from '../grpc/hclog.ts';
import type { StartIncidentRun } from './incident-runs.ts';
import { startWatch, type Watch } from './watch.ts';
import type { WatchState } from './watch-state.ts';

/** One watch per datasource, started and stopped with it. */
export class WatchKeeper {
  private readonly watches = new Map<Datasource, Watch>();
  private readonly log: Log;
  private readonly ready: Promise<void>;

  private readonly startRun: (datasource: Datasource, ...run: Parameters<StartIncidentRun>) => void;

  /**
   * @param ready  resolves when the clock is known
   * @param startRun  told which incident of a watch needs a run
   */
  constructor(log: Log, ready: Promise<void>, startRun: WatchKeeper['startRun'] = () => undefined) {
    this.log = log;
    this.ready = ready;
    this.startRun = startRun;
  }

  /** Follows a datasource that was made, replaced or dropped. */
  change(current: Datasource | undefined, previous: Datasource | undefined): void {
    if (previous) {
      this.watches.get(previous)?.stop();
      this.watches.delete(previous);
    }
    if (current) {
      const startRun: StartIncidentRun = (...run) => this.startRun(current, ...run);
      this.watches.set(current, startWatch(current, this.log, this.ready, startRun));
    }
  }

  stateOf(datasource: Datasource): WatchState | undefined {
    return this.watches.get(datasource)?.state;
  }

  /** Whether this backend leads for a datasource. */
  leads(uid: string): boolean {
    return [...this.watches].some(([datasource, watch]) => datasource.uid === uid && watch.leads());
  }

  list(): readonly Watched[] {
    return [...this.watches].map(([datasource, { state }]) => ({ datasource, state }));
  }
}
