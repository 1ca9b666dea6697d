import type { TopologyReading } from '#model';

/** How many datasources' imports are kept; the oldest go first. */
const MAX_IMPORTS = 16;

/**
 * Graphs that were imported, by datasource. They outlive changes of the settings, but not the process: whoever wants to
 * keep one saves it as a topology file.
 */
export class ImportShelf {
  private readonly imports = new Map<string, TopologyReading>();

  get(uid: string): TopologyReading | undefined {
    return this.imports.get(uid);
  }

  set(uid: string, reading: TopologyReading | undefined): void {
    this.imports.delete(uid);
    if (reading) {
      this.imports.set(uid, reading);
    }
    for (const oldest of [...this.imports.keys()].slice(0, Math.max(0, this.imports.size - MAX_IMPORTS))) {
      this.imports.delete(oldest);
    }
  }
}
