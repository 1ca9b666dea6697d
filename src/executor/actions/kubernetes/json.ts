import type { JsonObject, JsonValue } from '#contracts';
type Value = JsonValue | undefined;

/** The value at a path of keys; undefined where the path ends early. Reads own keys only. */
export function at(value: Value, ...path: readonly string[]): Value {
  let here: Value = value;
  for (const key of path) {
    here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

/** Text at a path; empty when there is none. */
export function textAt(value: Value, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Number at a path. */
export function numberAt(value: Value, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** Object at a path; empty when there is none. */
export function objectAt(value: Value, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** List at a path; empty when there is none. */
export function listAt(value: Value, ...path: readonly string[]): readonly JsonValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly JsonValue[]) : [];
}

/** Whether a value is a JSON object. */
export function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
