import type { InstantSample } from '#model';
import type { ReplyReader } from '../reply.ts';
import { labelsKey } from './parse-matrix.ts';
import { parseSamplePair } from './parse-sample.ts';

/** What Prometheus said beside the data. `warnings` mean that the data may be incomplete; `infos` are advice. */
export interface Annotations {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

const MAX_ANNOTATIONS = 20;

/**
 * The envelope of every Prometheus answer: `{ status, data, warnings?, infos? }`.
 * @throws TelemetryError `bad-reply`
 */
export function parseEnvelope(reply: unknown, reader: ReplyReader): { readonly data: unknown } & Annotations {
  const envelope = reader.object(reply, 'reply');
  if (envelope['status'] !== 'success' || envelope['data'] === undefined) {
    return reader.fail('it reports no success and no data.');
  }
  return {
    data: envelope['data'],
    warnings: parseTexts(envelope['warnings'], 'warnings', reader),
    infos: parseTexts(envelope['infos'], 'infos', reader),
  };
}

/** A list of texts; absent or null is an empty list, as Go writes it. */
function parseTexts(value: unknown, field: string, reader: ReplyReader): readonly string[] {
  return value === undefined || value === null
    ? []
    : reader
        .array(value, field)
        .slice(0, MAX_ANNOTATIONS)
        .map((text) => reader.text(text, field).slice(0, 300));
}

/**
 * The samples of an instant query: a `vector`, or a `scalar` as one sample without labels.
 * @throws TelemetryError `bad-reply` for other types and for duplicate series
 */
export function parseInstant(
  data: unknown,
  reader: ReplyReader
): { readonly samples: readonly InstantSample[]; readonly warnings: readonly string[] } {
  const { resultType, result } = reader.object(data, 'data');
  if (resultType === 'scalar') {
    return { samples: [{ labels: {}, ...parseSamplePair(result, 'data.result', reader) }], warnings: [] };
  }
  if (resultType !== 'vector') {
    return reader.fail(`the result type ${JSON.stringify(resultType)} is not a vector.`);
  }
  const seen = new Set<string>();
  let histograms = 0;
  const samples = reader.array(result, 'data.result').flatMap((item, index) => {
    const field = `data.result[${index}]`;
    const entry = reader.object(item, field);
    const labels = reader.labels(entry['metric'], `${field}.metric`);
    const key = labelsKey(labels);
    if (seen.has(key)) {
      return reader.fail(`the series ${key} occurs twice.`);
    }
    seen.add(key);
    if (entry['value'] === undefined && entry['histogram'] !== undefined) {
      histograms += 1;
      return [];
    }
    return [{ labels, ...parseSamplePair(entry['value'], `${field}.value`, reader) }];
  });
  return { samples, warnings: histograms > 0 ? [`ignored native histograms of ${histograms} series`] : [] };
}
