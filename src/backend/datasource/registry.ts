import type { PluginContext } from '../grpc/messages.ts';
import { readSnapshot, snapshotKey, type SettingsSnapshot } from '../settings/snapshot.ts';
import type { Datasource } from './datasource.ts';

/** How many datasources are kept; the one that was not asked for longest goes first. */
const MAX_DATASOURCES = 16;

/** The datasources of this process, one per uid, at the newest settings seen. */
export class DatasourceRegistry {
  private readonly known = new Map<string, Datasource>();
  private readonly create: (snapshot: SettingsSnapshot) => Datasource;
  private readonly onChange: (current: Datasource | undefined, previous: Datasource | undefined) => void;

  /**
   * @param create  makes a datasource from settings
   * @param onChange  told about every new, replaced and dropped datasource
   */
  constructor(
    create: (snapshot: SettingsSnapshot) => Datasource,
    onChange: (current: Datasource | undefined, previous: Datasource | undefined) => void
  ) {
    this.create = create;
    this.onChange = onChange;
  }

  /**
   * The datasource of a call; made again when its settings have changed.
   * @throws BackendError or TelemetryError naming the setting that cannot be used
   */
  resolve(context: PluginContext | null): Datasource {
    const key = snapshotKey(context);
    const uid = context?.dataSourceInstanceSettings?.uid ?? '';
    const known = this.known.get(uid);
    if (known?.key === key) {
      this.known.delete(uid);
      this.known.set(uid, known);
      return known;
    }
    return this.add(readSnapshot(context));
  }

  /** Adds a datasource whose settings did not come with a call. */
  add(snapshot: SettingsSnapshot): Datasource {
    const created = this.create(snapshot);
    const previous = this.known.get(snapshot.uid);
    this.known.delete(snapshot.uid);
    this.known.set(snapshot.uid, created);
    previous?.close();
    this.onChange(created, previous);
    this.dropOldest();
    return created;
  }

  /** Forgets a datasource. */
  drop(uid: string): void {
    const known = this.known.get(uid);
    if (known && this.known.delete(uid)) {
      known.close();
      this.onChange(undefined, known);
    }
  }

  close(): void {
    for (const uid of this.known.keys()) {
      this.drop(uid);
    }
  }

  private dropOldest(): void {
    for (const uid of [...this.known.keys()].slice(0, Math.max(0, this.known.size - MAX_DATASOURCES))) {
      this.drop(uid);
    }
  }
}
