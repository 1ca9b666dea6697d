import type { JsonObject, JsonValue } from '#contracts';
import { canonicalJson, sha256Hex } from '../../canonical-json.ts';
import { isObject, objectAt, textAt } from './json.ts';
import type { Patch } from './kubernetes-client.ts';

/** Annotation that names the operation which changed an object last. */
export const OPERATION_ANNOTATION = 'aiops.io/op';

/** Our mark on an object; undefined without one. */
export function operationOf(object: JsonObject): string | undefined {
  return textAt(object, 'metadata', 'annotations', OPERATION_ANNOTATION) || undefined;
}

/** 16 hex digits that differ when the value does. Values that hold secrets may go in; they do not come out. */
export function digest(value: JsonValue): string {
  return sha256Hex(canonicalJson(value)).slice(0, 16);
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameJson(a: JsonValue, b: JsonValue): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/**
 * The patch with its guard and our mark: it is refused (409, or 422 for a JSON patch) unless the object is still the one that
 * was read, and mark and change arrive together or not at all.
 */
export function guarded(patch: Patch, object: JsonObject, operationId: string): Patch {
  const resourceVersion = textAt(object, 'metadata', 'resourceVersion');
  const { type, body } = marked(patch, object, operationId);
  if (type === 'json') {
    const uid = textAt(object, 'metadata', 'uid');
    return {
      type,
      body: [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        ...body,
      ],
    };
  }
  return { type, body: { ...body, metadata: { ...objectAt(body, 'metadata'), resourceVersion } } };
}

/** The patch with our mark only: for rehearsals, which a status that moves at the same time must not disturb. */
export function marked(patch: Patch, object: JsonObject, operationId: string): Patch {
  if (patch.type === 'json') {
    const annotated = isObject(objectAt(object, 'metadata')['annotations']);
    return {
      type: 'json',
      body: [
        ...(annotated ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} }]),
        { op: 'add', path: `/metadata/annotations/${pointer(OPERATION_ANNOTATION)}`, value: operationId },
        ...patch.body,
      ],
    };
  }
  const annotations = { ...objectAt(patch.body, 'metadata', 'annotations'), [OPERATION_ANNOTATION]: operationId };
  const metadata = { ...objectAt(patch.body, 'metadata'), annotations };
  return { type: patch.type, body: { ...patch.body, metadata } };
}

/** A key as a segment of a JSON pointer. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
