import type { EpochMs, Labels } from '#model';
import type { ReplyReader } from '../reply.ts';

/** One observation that was kept with the trace that it came from. */
export interface Exemplar {
  /** Of the series. */
  readonly seriesLabels: Labels;
  readonly traceId: string;
  readonly value: number;
  readonly atMs: EpochMs;
}

const TRACE_LABELS = ['trace_id', 'traceID', 'traceId', 'TraceID'];
const MAX_EXEMPLARS = 5000;

/**
 * The exemplars of `query_exemplars` that name a trace; those with other ids are left out.
 * @throws TelemetryError `bad-reply`
 */
export function parseExemplars(data: unknown, reader: ReplyReader): readonly Exemplar[] {
  const found: Exemplar[] = [];
  for (const [index, item] of reader.array(data ?? [], 'data').entries()) {
    const entry = reader.object(item, `data[${index}]`);
    const seriesLabels = reader.labels(entry['seriesLabels'] ?? {}, `data[${index}].seriesLabels`);
    for (const one of reader.array(entry['exemplars'] ?? [], `data[${index}].exemplars`)) {
      const exemplar = reader.object(one, `data[${index}].exemplars`);
      const labels = reader.labels(exemplar['labels'] ?? {}, `data[${index}].exemplars.labels`);
      const traceId = TRACE_LABELS.map((name) => labels[name] ?? '').find((id) => /^[0-9a-f]{16,32}$/i.test(id));
      const [value, seconds] = [Number(exemplar['value']), Number(exemplar['timestamp'])];
      if (traceId !== undefined && Number.isFinite(value) && Number.isFinite(seconds) && found.length < MAX_EXEMPLARS) {
        found.push({ seriesLabels, traceId: traceId.toLowerCase(), value, atMs: Math.round(seconds * 1000) });
      }
    }
  }
  return found;
}
