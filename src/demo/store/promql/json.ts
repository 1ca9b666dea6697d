import { labelSetJson } from '../tsdb/labels.ts';
import type { PromqlError } from './errors.ts';
import type { Point, QueryResult } from './engine.ts';

/** Prometheus' success envelope around JSON text. */
export function successJson(data: string): string {
  return `{"status":"success","data":${data}}`;
}

/** Prometheus' error envelope. */
export function errorJson(error: PromqlError, message: string): string {
  return JSON.stringify({ status: 'error', errorType: error.errorType, error: message });
}

/** A query result as the `data` member of a reply. */
export function resultJson(result: QueryResult): string {
  return `{"resultType":"${result.type}","result":${valueJson(result)}}`;
}

/** A sample value as Prometheus prints it: shortest decimal, exponent of two digits, `+Inf`, `-Inf`, `NaN`. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) {
    return '+Inf';
  }
  if (Object.is(value, -0)) {
    return '-0';
  }
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function pointJson([atMs, value]: Point): string {
  return `[${atMs / 1000},"${formatValue(value)}"]`;
}

function valueJson(result: QueryResult): string {
  switch (result.type) {
    case 'scalar':
      return pointJson(result.point);
    case 'string':
      return `[${result.atMs / 1000},${JSON.stringify(result.value)}]`;
    case 'vector': {
      const samples = result.samples.map(
        ({ labels, point }) => `{"metric":${labelSetJson(labels)},"value":${pointJson(point)}}`
      );
      return `[${samples.join(',')}]`;
    }
    default: {
      const series = result.series.map(
        ({ labels, points }) => `{"metric":${labelSetJson(labels)},"values":[${points.map(pointJson).join(',')}]}`
      );
      return `[${series.join(',')}]`;
    }
  }
}
