import type { LogLine } from '#model';
import { BoundedQueue, type SendBatch } from './bounded-queue.ts';
import { postJson } from './post-json.ts';

const LIMITS = { capacity: 20_000, batchSize: 1000 };

/** Body of Loki's push API: one stream per set of labels, values as `[nanoseconds, line]`. */
export function toPushBody(lines: readonly LogLine[]): unknown {
  const streams = new Map<string, { stream: LogLine['labels']; values: [string, string][] }>();
  for (const { atMs, labels, line } of lines) {
    const key = JSON.stringify(labels);
    const stream = streams.get(key) ?? { stream: labels, values: [] };
    streams.set(key, stream);
    stream.values.push([`${Math.round(atMs)}000000`, line]);
  }
  return { streams: [...streams.values()] };
}

/** Pushes log lines to Loki. */
export class LokiPush {
  readonly queue: BoundedQueue<LogLine>;

  /** @param url address of Loki's push API, `http://loki:3100/loki/api/v1/push` */
  constructor(url: string, send: SendBatch<LogLine> = (batch) => postJson(url, toPushBody(batch))) {
    this.queue = new BoundedQueue(send, LIMITS);
  }

  logs(lines: readonly LogLine[]): void {
    this.queue.push(lines);
  }
}
