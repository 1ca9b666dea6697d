import { createDataFrame, type DataFrame, FieldType, type Labels } from '@grafana/data';

/** Reply of Prometheus' query APIs; the values come as text. */
export interface PrometheusAnswer {
  readonly data: {
    readonly resultType: 'matrix' | 'vector' | 'scalar' | 'string';
    readonly result: readonly {
      readonly metric: Labels;
      readonly values?: readonly (readonly [number, string])[];
      readonly value?: readonly [number, string];
    }[];
  };
}

/** Reply of Loki's query API for log queries. */
export interface LokiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Labels;
      readonly values: readonly (readonly [string, string])[];
    }[];
  };
}

/** Reply of Tempo's search. */
export interface TempoAnswer {
  readonly traces?: readonly {
    readonly traceID: string;
    readonly rootServiceName?: string;
    readonly rootTraceName?: string;
    readonly startTimeUnixNano?: string;
    readonly durationMs?: number;
  }[];
}

/** One frame per series, labels on the value field. */
export function toSeriesFrames(answer: PrometheusAnswer, refId: string, legendFormat?: string): DataFrame[] {
  if (answer.data.resultType !== 'matrix' && answer.data.resultType !== 'vector') {
    return [];
  }
  return answer.data.result.map((series) => {
    const { __name__: metric, ...labels } = series.metric;
    const points = series.values ?? (series.value ? [series.value] : []);
    const name = toSeriesName(metric, labels, legendFormat);
    return createDataFrame({
      refId,
      name,
      fields: [
        { name: 'Time', type: FieldType.time, values: points.map(([seconds]) => seconds * 1000) },
        {
          name: metric ?? 'Value',
          type: FieldType.number,
          labels,
          config: { displayNameFromDS: name },
          values: points.map(([, text]) => Number(text === '+Inf' ? 'Infinity' : text.replace('-Inf', '-Infinity'))),
        },
      ],
    });
  });
}

function toSeriesName(metric: string | undefined, labels: Labels, legendFormat?: string): string {
  if (legendFormat && legendFormat !== '__auto') {
    return legendFormat.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  }
  const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return text.length === 0 ? (metric ?? 'Value') : `${metric ?? ''}{${text.join(', ')}}`;
}

/** One frame of log lines, newest first. */
export function toLogFrames(answer: LokiAnswer, refId: string): DataFrame[] {
  const lines = answer.data.result
    .flatMap(({ stream, values }) => values.map(([nanoseconds, body]) => ({ nanoseconds, body, stream })))
    .sort((left, right) => (left.nanoseconds < right.nanoseconds ? 1 : -1));
  return [
    createDataFrame({
      refId,
      meta: { preferredVisualisationType: 'logs' },
      fields: [
        { name: 'timestamp', type: FieldType.time, values: lines.map((line) => Number(line.nanoseconds) / 1e6) },
        { name: 'body', type: FieldType.string, values: lines.map((line) => line.body) },
        { name: 'labels', type: FieldType.other, values: lines.map((line) => line.stream) },
      ],
    }),
  ];
}

/** One table of traces. */
export function toTraceFrames(answer: TempoAnswer, refId: string): DataFrame[] {
  const traces = answer.traces ?? [];
  return [
    createDataFrame({
      refId,
      meta: { preferredVisualisationType: 'table' },
      fields: [
        { name: 'Trace ID', type: FieldType.string, values: traces.map((trace) => trace.traceID) },
        {
          name: 'Start time',
          type: FieldType.time,
          values: traces.map((trace) => Number(trace.startTimeUnixNano ?? 0) / 1e6),
        },
        { name: 'Service', type: FieldType.string, values: traces.map((trace) => trace.rootServiceName ?? '') },
        { name: 'Name', type: FieldType.string, values: traces.map((trace) => trace.rootTraceName ?? '') },
        {
          name: 'Duration',
          type: FieldType.number,
          config: { unit: 'ms' },
          values: traces.map((trace) => trace.durationMs ?? 0),
        },
      ],
    }),
  ];
}
