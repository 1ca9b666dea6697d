import { MAX_TOPOLOGY_FILE_LENGTH } from '#contracts';
import type { TopologyReading } from '#model';
import { BackendError, toFailure } from '../errors.ts';
import { readBoundedFile, WatchedFile } from '../upstreams/watched-file.ts';
import { readTopologyFile } from './topology-file.ts';

const EMPTY: Omit<TopologyReading, 'source' | 'state'> = { nodes: [], edges: [] };

/** Where topology files come from. */
export interface DeclaredSources {
  /** Text in the settings of the datasource. */
  readonly text: string | undefined;
  /** Path of a file of the machine, such as a mounted ConfigMap; only the operator of the backend can set it. */
  readonly path: string | undefined;
}

/**
 * The graph that people declared: the text of the settings and the file of the operator. A file is read again when it
 * changes; one that cannot be read is a failed source with the reason, and leaves the rest of the graph as it is.
 */
export class DeclaredTopology {
  private readonly file: WatchedFile<TopologyReading> | undefined;
  private readonly settings: readonly TopologyReading[];

  constructor({ text, path }: DeclaredSources) {
    this.file =
      path === undefined ? undefined : new WatchedFile(path, () => attempt(() => readTopologyFile(readText(path))));
    this.settings = text === undefined || text.trim() === '' ? [] : [attempt(() => readTopologyFile(text))];
  }

  /** Every declared graph; one that is off when nothing is declared. */
  readings(): readonly TopologyReading[] {
    const all = [...this.settings, ...(this.file ? [this.file.current()] : [])];
    return all.length > 0 ? all : [{ source: 'topology-file', state: 'off', ...EMPTY }];
  }
}

function readText(path: string): string {
  try {
    return readBoundedFile(path, MAX_TOPOLOGY_FILE_LENGTH * 4);
  } catch (error) {
    const problem =
      error instanceof RangeError
        ? 'The topology file is larger than 1 MiB.'
        : 'CAUSEWAY_TOPOLOGY_FILE cannot be read.';
    throw new BackendError('CAUSEWAY_TOPOLOGY_FILE_INVALID', problem);
  }
}

function attempt(read: () => TopologyReading): TopologyReading {
  try {
    return read();
  } catch (error) {
    const { code, message } = toFailure(error);
    return { source: 'topology-file', state: 'failed', ...EMPTY, reason: `${code}: ${message}` };
  }
}
