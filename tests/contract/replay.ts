import type { EmbeddedStore } from '../../src/demo/store/index.ts';
import { serveStore } from './prometheus/store-server.ts';
import type { RecordedCase, Recording } from './recording.ts';
import { record } from './recording.ts';

/** A recorded case beside the store's own reply. */
export interface ReplayedCase {
  readonly recorded: RecordedCase;
  readonly mine: RecordedCase;
}

/** Asks the store every case of a recording; `prefix` is where its API is mounted. */
export async function replay(
  store: EmbeddedStore,
  prefix: string,
  recording: Recording
): Promise<ReadonlyMap<string, ReplayedCase>> {
  const server = await serveStore(store);
  try {
    const replies = new Map<string, ReplayedCase>();
    for (const recorded of recording.cases) {
      replies.set(recorded.id, { recorded, mine: await record(`${server.url}${prefix}`, recorded) });
    }
    return replies;
  } finally {
    await server.stop();
  }
}

/**
 * A reply as it is compared: of an error the status and the media type, since the words are the server's own; of a
 * success everything, with `order` bringing lists that have no order into one.
 */
export function comparable(reply: RecordedCase, order: (body: unknown) => unknown): unknown {
  const { status, contentType, body } = reply;
  return status >= 400 ? { status, contentType } : { status, contentType, body: order(body) };
}

/** Sorts every array by its JSON text and every object by key, at all depths below `keep`, whose arrays have an order. */
export function sortDeep(value: unknown, keep: ReadonlySet<string> = new Set(), key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sortDeep(item, keep));
    return keep.has(key) ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, member]) => [name, keep.has(name) ? member : sortDeep(member, keep, name)])
  );
}
