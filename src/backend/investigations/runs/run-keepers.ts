import type { IncidentRecord } from '#contracts';
import type { TimeWindow } from '#model';
import type { Datasource } from '../../datasource/datasource.ts';
import { describeThrown, type Log } from '../../grpc/hclog.ts';
import { explainIncident } from './explain-incident.ts';
import { type KeeperOptions, RunKeeper } from './run-keeper.ts';

/** One keeper per datasource; it outlives changes of the settings. */
export class RunKeepers {
  private readonly keepers = new Map<string, RunKeeper>();
  private readonly log: Log;
  private readonly leads: (uid: string) => boolean;
  private readonly parts: Pick<KeeperOptions, 'investigator' | 'onEnd'>;

  /**
   * @param leads  whether runs of a datasource that nobody works on are this backend's to go on with
   * @param parts  the language model, where there is one, and who is told of runs that ended
   */
  constructor(log: Log, leads: (uid: string) => boolean, parts: Pick<KeeperOptions, 'investigator' | 'onEnd'> = {}) {
    this.log = log;
    this.leads = leads;
    this.parts = parts;
  }

  of(datasource: Datasource): RunKeeper {
    const { uid } = datasource;
    const known = this.keepers.get(uid);
    if (known) {
      return known;
    }
    const { log, parts } = this;
    const keeper = new RunKeeper(datasource, { ...parts, log, leads: () => this.leads(uid) });
    this.keepers.set(uid, keeper);
    return keeper;
  }

  /** Follows a datasource that was made, replaced or dropped. */
  change(current: Datasource | undefined, previous: Datasource | undefined): void {
    if (current) {
      this.of(current).follow(current);
    } else if (previous) {
      this.keepers.get(previous.uid)?.close();
      this.keepers.delete(previous.uid);
    }
  }

  /** Starts a run of an incident. Never throws: the incident does not wait for it. */
  explainIncident(datasource: Datasource, incident: IncidentRecord, window: TimeWindow, again: boolean): void {
    const { enabled } = datasource.settings.llm;
    explainIncident(this.of(datasource), incident, { window, again, depth: enabled ? 'explain' : 'engine' }).catch(
      (error: unknown) =>
        this.log('warn', 'an incident has no run', { incident: incident.id, error: describeThrown(error) })
    );
  }

  close(): void {
    this.keepers.forEach((keeper) => keeper.close());
    this.keepers.clear();
  }
}
