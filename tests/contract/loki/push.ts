import type { LogLine } from '#model';
import { retrying } from '../settle.ts';

/** Sends lines to Loki's push API. Resolves to the status, which is 204 when they were taken. */
export async function pushLines(
  url: string,
  lines: readonly (LogLine & { readonly metadata?: Readonly<Record<string, string>> })[]
): Promise<number> {
  const streams = new Map<string, { stream: LogLine['labels']; values: unknown[] }>();
  for (const { atMs, labels, line, metadata } of lines) {
    const key = JSON.stringify(labels);
    const stream = streams.get(key) ?? { stream: labels, values: [] };
    streams.set(key, stream);
    const nanoseconds = `${BigInt(Math.round(atMs * 1000)) * 1000n}`;
    stream.values.push(metadata === undefined ? [nanoseconds, line] : [nanoseconds, line, metadata]);
  }
  const reply = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [...streams.values()] }),
    signal: AbortSignal.timeout(30_000),
  });
  await reply.text();
  return reply.status;
}

/** Waits until a selector finds so many streams. Asks the index, whose answers Loki does not cache. */
export async function untilStreams(url: string, selector: string, baseMs: number, count: number): Promise<void> {
  const query = new URLSearchParams({
    'match[]': selector,
    start: `${baseMs}000000`,
    end: `${baseMs + 600_000}000000`,
  });
  await retrying(`${count} streams of ${selector}`, 60_000, async () => {
    const reply = await fetch(`${url}/loki/api/v1/series?${query}`, { signal: AbortSignal.timeout(10_000) });
    const { data = [] } = (await reply.json()) as { data?: unknown[] };
    return data.length >= count;
  });
}
