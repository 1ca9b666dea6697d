import type { FieldValue } from './fields.ts';
import { INTRINSICS, attributeField } from './fields.ts';
import type { TraceStore } from './trace-store.ts';

/** Names of attributes in use, sorted: of spans, or of the resources that sent them. */
export function tagNames(store: TraceStore, scope: 'span' | 'resource'): readonly string[] {
  const names = new Set<string>(scope === 'resource' ? ['service.name'] : []);
  for (const { spans } of store.newestFirst()) {
    for (const span of spans) {
      Object.keys((scope === 'span' ? span.attributes : span.resource) ?? {}).forEach((name) => names.add(name));
    }
  }
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

/** Values of a tag such as `service.name`, `resource.service.name`, `span.db.system` or `status`, sorted. */
export function tagValues(store: TraceStore, tag: string): readonly FieldValue[] {
  const constants = {
    status: ['ok', 'error', 'unset'],
    kind: ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'],
  };
  if (tag === 'status' || tag === 'kind') {
    return constants[tag].map((value): FieldValue => ({ type: tag, value }));
  }
  const scoped = /^(resource|span)\.(.+)$/.exec(tag);
  const scope = scoped === null ? 'any' : scoped[1] === 'resource' ? 'resource' : 'span';
  const field = INTRINSICS.get(tag) ?? attributeField(scope, scoped?.[2] ?? tag.replace(/^\./, ''));
  const found = new Map<string, FieldValue>();
  for (const trace of store.newestFirst()) {
    for (const span of trace.spans) {
      const value = field.read(span, trace);
      if (value !== undefined && value.type !== 'duration') {
        found.set(`${value.type}:${value.value}`, value);
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
