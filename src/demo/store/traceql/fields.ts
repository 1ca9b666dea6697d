import type { Span } from '#model';
import type { StoredTrace } from './trace-store.ts';

/** A value that a query compares. Durations are in seconds; `keyword` is a status or a kind. */
export type FieldValue =
  | { readonly type: 'string' | 'keyword'; readonly value: string }
  | { readonly type: 'number' | 'duration'; readonly value: number; readonly whole?: boolean }
  | { readonly type: 'boolean'; readonly value: boolean };

/** Reads a field of a span; undefined when the span has none. */
export type FieldReader = (span: Span, trace: StoredTrace) => FieldValue | undefined;

/** A field as a query names it. */
export interface Field {
  /** Name under which a search result repeats the value, undefined where it does not. */
  readonly shownAs: string | undefined;
  readonly read: FieldReader;
}

const text = (value: string): FieldValue => ({ type: 'string', value });
const intrinsic = (shownAs: string | undefined, read: FieldReader): Field => ({ shownAs, read });
const status = intrinsic('status', (span) => ({ type: 'keyword', value: span.failed ? 'error' : 'unset' }));
const kind = intrinsic('kind', (span) => ({ type: 'keyword', value: span.kind.toLowerCase() }));
const name = intrinsic(undefined, (span) => text(span.name));
const duration = intrinsic(undefined, (span) => ({ type: 'duration', value: span.durationSeconds }));
const rootName = intrinsic(undefined, (_span, { root }) => (root === undefined ? undefined : text(root.name)));
const rootService = intrinsic(undefined, (_span, { root }) => (root === undefined ? undefined : text(root.service)));
const traceDuration = intrinsic(undefined, (_span, trace) => ({ type: 'duration', value: trace.durationSeconds }));

/** Intrinsic fields of TraceQL that the store knows, in both spellings. */
export const INTRINSICS: ReadonlyMap<string, Field> = new Map([
  ['status', status],
  ['span:status', status],
  ['kind', kind],
  ['span:kind', kind],
  ['name', name],
  ['span:name', name],
  ['duration', duration],
  ['span:duration', duration],
  ['rootName', rootName],
  ['trace:rootName', rootName],
  ['rootServiceName', rootService],
  ['trace:rootService', rootService],
  ['traceDuration', traceDuration],
  ['trace:duration', traceDuration],
]);

/** A field of the resource or the span by its OpenTelemetry attribute name; the store's only resource attribute is `service.name`. */
export function attributeField(scope: 'resource' | 'span' | 'any', key: string): Field {
  return {
    shownAs: key,
    read(span) {
      if (scope !== 'span' && key === 'service.name') {
        return text(span.service);
      }
      return scope === 'resource' ? undefined : toFieldValue(span.attributes[key]);
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
