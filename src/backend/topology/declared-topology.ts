import { readFileSync, statSync } from 'node:fs';
import { MAX_TOPOLOGY_FILE_LENGTH } from '#contracts';
import type { TopologyReading } from '#model';
import { BackendError, toFailure } from '../errors.ts';
import { readTopologyFile } from './topology-file.ts';

const EMPTY: Omit<TopologyReading, 'source' | 'state'> = { nodes: [], edges: [] };
/** A file is looked at again after this long, real milliseconds. */
const LOOK_AGAIN_MS = 10_000;

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
  private readonly path: string | undefined;
  private readonly settings: readonly TopologyReading[];
  private file: { readonly stamp: string; readonly reading: TopologyReading } | undefined;
  private lookedMs = -Infinity;

  constructor({ text, path }: DeclaredSources) {
    this.path = path;
    this.settings = text === undefined || text.trim() === '' ? [] : [attempt(() => readTopologyFile(text))];
  }

  /** Every declared graph; one that is off when nothing is declared. */
  readings(): readonly TopologyReading[] {
    const file = this.path === undefined ? [] : [this.readFile(this.path)];
    const all = [...this.settings, ...file];
    return all.length > 0 ? all : [{ source: 'topology-file', state: 'off', ...EMPTY }];
  }

  private readFile(path: string): TopologyReading {
    const nowMs = performance.now();
    if (this.file && nowMs - this.lookedMs < LOOK_AGAIN_MS) {
      return this.file.reading;
    }
    this.lookedMs = nowMs;
    const stamp = stampOf(path);
    if (this.file?.stamp !== stamp) {
      this.file = { stamp, reading: attempt(() => readTopologyFile(readText(path))) };
    }
    return this.file.reading;
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return 'none';
  }
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_TOPOLOGY_FILE_LENGTH * 4) {
      throw new BackendError('CAUSEWAY_TOPOLOGY_FILE_INVALID', 'The topology file is larger than 1 MiB.');
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof BackendError) {
      throw error;
    }
    throw new BackendError('CAUSEWAY_TOPOLOGY_FILE_INVALID', 'CAUSEWAY_TOPOLOGY_FILE cannot be read.');
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
