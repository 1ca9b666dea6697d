import type { EpochMs, Seconds } from '#model';
import type { ReplyReader } from '../reply.ts';
import { toHexId } from './parse-trace.ts';

/** A trace as a search finds it. */
export interface TraceSummary {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  readonly rootService: string;
  readonly rootName: string;
  readonly startMs: EpochMs;
  readonly durationSeconds: Seconds;
}

/**
 * The traces of a search answer, longest first. Tempo leaves out `durationMs` below one millisecond and the leading
 * zeros of ids.
 * @throws TelemetryError `bad-reply`
 */
export function parseSearch(reply: unknown, reader: ReplyReader): readonly TraceSummary[] {
  const { traces } = reader.object(reply, 'reply');
  return reader
    .array(traces ?? [], 'traces')
    .map((item, index): TraceSummary => {
      const trace = reader.object(item, `traces[${index}]`);
      const id = reader.text(trace['traceID'], `traces[${index}].traceID`);
      const start = reader.text(trace['startTimeUnixNano'], `traces[${index}].startTimeUnixNano`);
      const traceId = toHexId(id.padStart(32, '0'), 16);
      const durationMs = trace['durationMs'] ?? 0;
      if (!traceId || !/^\d{1,20}$/.test(start) || typeof durationMs !== 'number' || !(durationMs >= 0)) {
        return reader.fail(`traces[${index}] has an id, a time or a duration that is none.`);
      }
      return {
        traceId,
        rootService: textOr(trace['rootServiceName']),
        rootName: textOr(trace['rootTraceName']),
        startMs: Math.floor(Number(start) / 1e6),
        durationSeconds: durationMs / 1000,
      };
    })
    .sort((a, b) => b.durationSeconds - a.durationSeconds);
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 500) : '';
}
