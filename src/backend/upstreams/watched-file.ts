import { readFileSync, statSync } from 'node:fs';

/** A file is looked at again after this long, real milliseconds. */
const LOOK_AGAIN_MS = 10_000;

/**
 * Something that is read from a file of the machine, anew when the file changes: modification time, size or inode. Cost: one look
 * at the file every ten seconds.
 */
export class WatchedFile<T> {
  private readonly path: string;
  private readonly read: (path: string) => T;
  private held: { readonly stamp: string; readonly value: T } | undefined;
  private lookedMs = -Infinity;

  /** @param read  makes the value; called for a missing file as well, and must not throw */
  constructor(path: string, read: (path: string) => T) {
    this.path = path;
    this.read = read;
  }

  current(): T {
    const nowMs = performance.now();
    if (this.held && nowMs - this.lookedMs < LOOK_AGAIN_MS) {
      return this.held.value;
    }
    this.lookedMs = nowMs;
    const stamp = stampOf(this.path);
    if (this.held?.stamp !== stamp) {
      this.held = { stamp, value: this.read(this.path) };
    }
    return this.held.value;
  }
}

/**
 * The text of a file of bounded size.
 * @throws RangeError when it is larger, and what reading throws
 */
export function readBoundedFile(path: string, maxBytes: number): string {
  if (statSync(path).size > maxBytes) {
    throw new RangeError(`the file is larger than ${maxBytes / 1_048_576} MiB`);
  }
  return readFileSync(path, 'utf8');
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return 'none';
  }
}
