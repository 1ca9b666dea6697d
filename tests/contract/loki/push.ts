import type { LogLine } from '#model';
import { quote } from '../../../src/telemetry/promql/escape.ts';
import { field, snappyLiteral, varint } from '../protobuf.ts';
import { retrying } from '../settle.ts';

/** A line as it is sent. */
type PushedLine = LogLine & { readonly metadata?: Readonly<Record<string, string>> };

/**
 * Sends lines to Loki's push API as shippers do, in protobuf: Loki 2.9 keeps the escapes of JSON in labels. Resolves to the
 * status, which is 204 when they were taken.
 */
export async function pushLines(url: string, lines: readonly PushedLine[]): Promise<number> {
  const streams = new Map<string, Buffer[]>();
  for (const line of lines) {
    const pairs = Object.entries(line.labels).map(([name, value]) => `${name}=${quote(value)}`);
    const labels = `{${pairs.join(', ')}}`;
    const parts = streams.get(labels) ?? [field(1, Buffer.from(labels))];
    streams.set(labels, parts);
    parts.push(field(2, toEntry(line)));
  }
  const body = Buffer.concat([...streams.values()].map((parts) => field(1, Buffer.concat(parts))));
  const reply = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(snappyLiteral(body)),
    signal: AbortSignal.timeout(30_000),
  });
  await reply.text();
  return reply.status;
}

function toEntry({ atMs, line, metadata = {} }: PushedLine): Buffer {
  const microseconds = Math.round(atMs * 1000);
  const time = Buffer.concat([
    Buffer.from([0x08]),
    varint(Math.floor(microseconds / 1e6)),
    Buffer.from([0x10]),
    varint((microseconds % 1e6) * 1000),
  ]);
  const pairs = Object.entries(metadata).map(([name, value]) =>
    field(3, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))
  );
  return Buffer.concat([field(1, time), field(2, Buffer.from(line)), ...pairs]);
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
