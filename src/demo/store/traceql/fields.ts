import type { Span } from '#model';
import type { StoredTrace } from './trace-store.ts';

/** A value that a query compares. Durations are in whole nanoseconds, so that they compare exactly. */
export type FieldValue =
  | { readonly type: 'string' | 'status' | 'kind'; readonly value: string }
  | { readonly type: 'number' | 'duration'; readonly value: number; readonly whole?: boolean }
  | { readonly type: 'boolean'; readonly value: boolean };

/** Reads a field of a span; undefined when the span has none. */
export type FieldReader = (span: Span, trace: StoredTrace) => FieldValue | undefined;

/** A field as a query names it. */
export interface Field {
  /** Name under which a search result repeats the value, undefined where it does not. */
  readonly shownAs: string | undefined;
  /** Type of every value, undefined for attributes. */
  readonly type: FieldValue['type'] | undefined;
  readonly read: FieldReader;
}

const text = (value: string): FieldValue => ({ type: 'string', value });
const intrinsic = (shownAs: string | undefined, type: FieldValue['type'], read: FieldReader): Field => ({
  shownAs,
  type,
  read,
});
const status = intrinsic('status', 'status', (span) => ({ type: 'status', value: span.failed ? 'error' : 'unset' }));
const kind = intrinsic('kind', 'kind', (span) => ({ type: 'kind', value: span.kind.toLowerCase() }));
/** Name of a span; a search result shows it in a place of its own. */
export const NAME_FIELD = intrinsic(undefined, 'string', (span) => text(span.name));
const duration = intrinsic(undefined, 'duration', (span) => ({
  type: 'duration',
  value: Math.round(span.durationSeconds * 1e9),
}));
const traceId = intrinsic(undefined, 'string', (span) => text(span.traceId));
const rootName = intrinsic(undefined, 'string', (_span, { root }) =>
  root === undefined ? undefined : text(root.name)
);
const rootService = intrinsic(undefined, 'string', (_span, { root }) =>
  root === undefined ? undefined : text(root.service)
);
const traceDuration = intrinsic(undefined, 'duration', (_span, trace) => ({
  type: 'duration',
  value: Math.round(trace.durationSeconds * 1e9),
}));

/** Intrinsic fields of TraceQL that the store knows, in both spellings. */
export const INTRINSICS: ReadonlyMap<string, Field> = new Map([
  ['status', status],
  ['span:status', status],
  ['kind', kind],
  ['span:kind', kind],
  ['name', NAME_FIELD],
  ['span:name', NAME_FIELD],
  ['duration', duration],
  ['span:duration', duration],
  ['trace:id', traceId],
  ['rootName', rootName],
  ['trace:rootName', rootName],
  ['rootServiceName', rootService],
  ['trace:rootService', rootService],
  ['traceDuration', traceDuration],
  ['trace:duration', traceDuration],
]);

/** A field of the resource or the span by its OpenTelemetry attribute name. */
export function attributeField(scope: 'resource' | 'span' | 'any', key: string): Field {
  return {
    shownAs: key,
    type: undefined,
    read(span) {
      if (scope !== 'span' && key === 'service.name') {
        return text(span.service);
      }
      const own = scope === 'resource' ? undefined : toFieldValue(span.attributes[key]);
      return own ?? (scope === 'span' ? undefined : toFieldValue(span.resource?.[key]));
    },
  };
}

/** An attribute as a typed value. */
export function toFieldValue(value: string | number | boolean | undefined): FieldValue | undefined {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      return { type: 'number', value, whole: Number.isInteger(value) };
    case 'boolean':
      return { type: 'boolean', value };
    default:
      return undefined;
  }
}
