import type { LogLine } from '#model';
import type { ReplyReader } from '../reply.ts';

/** Longest line that is kept, characters; the rest is cut off. Lines are shown to people, not parsed further. */
const MAX_LINE_LENGTH = 16_384;

/**
 * The lines of a `streams` result in order of time. Structured metadata, which Loki may add as a third element, is
 * ignored. Cost O(n log n).
 * @throws TelemetryError `bad-reply`
 */
export function parseStreams(result: unknown, reader: ReplyReader): readonly LogLine[] {
  const lines = reader.array(result, 'data.result').flatMap((item, index) => {
    const field = `data.result[${index}]`;
    const entry = reader.object(item, field);
    const labels = reader.labels(entry['stream'], `${field}.stream`);
    return reader.array(entry['values'], `${field}.values`).map((value, at): LogLine => {
      const pair = reader.array(value, `${field}.values[${at}]`);
      const nanoseconds = reader.text(pair[0], `${field}.values[${at}][0]`);
      if (!/^\d{1,19}$/.test(nanoseconds)) {
        return reader.fail(`field ${field}.values[${at}][0] is not a time in nanoseconds.`);
      }
      const line = reader.text(pair[1], `${field}.values[${at}][1]`);
      return { atMs: Math.floor(Number(nanoseconds) / 1e6), labels, line: line.slice(0, MAX_LINE_LENGTH) };
    });
  });
  return lines.sort((a, b) => a.atMs - b.atMs);
}
