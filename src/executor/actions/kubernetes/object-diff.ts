import type { JsonObject, JsonValue } from '#contracts';
import { isObject, objectAt, textAt } from './json.ts';

const MAX_LINES = 200;
const MAX_VALUE_LENGTH = 200;
/** Written by us or by controllers with every change; they say nothing about what a change does. */
const NOISE =
  /^metadata\.annotations\["(aiops\.io\/op|deployment\.kubernetes\.io\/revision|kubectl\.kubernetes\.io\/last-applied-configuration)"\]/;

/**
 * What differs between two states of an object, one line per field in the order of paths: `spec.replicas: 3 -> 5`. Only
 * labels, annotations and spec; lists of named things are compared by name. Values are shown where `shows` matches the path;
 * elsewhere only that they differ, since pod templates hold passwords.
 * @param before undefined when the object is made by the change
 */
export function objectDiff(before: JsonObject | undefined, after: JsonObject | undefined, shows: RegExp): string {
  const old = flatten(before);
  const fresh = flatten(after);
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => !NOISE.test(path)).sort();
  const lines = paths.flatMap((path) => {
    const from = old.get(path);
    const to = fresh.get(path);
    return from === to ? [] : [`${path}: ${shows.test(path) ? values(from, to) : verb(from, to)}`];
  });
  const more = lines.length > MAX_LINES ? [`and ${lines.length - MAX_LINES} more`] : [];
  return [...lines.slice(0, MAX_LINES), ...more].join('\n');
}

function flatten(object: JsonObject | undefined): Map<string, string> {
  const leaves = new Map<string, string>();
  if (object !== undefined) {
    visit(objectAt(object, 'metadata', 'labels'), 'metadata.labels', leaves);
    visit(objectAt(object, 'metadata', 'annotations'), 'metadata.annotations', leaves);
    visit(objectAt(object, 'spec'), 'spec', leaves);
  }
  return leaves;
}

function visit(value: JsonValue, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const named = items.every((item) => textAt(item, 'name') !== '');
    items.forEach((item, index) => visit(item, `${path}[${named ? textAt(item, 'name') : index}]`, leaves));
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      visit(item, /^[A-Za-z0-9_-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, leaves);
    }
  } else {
    leaves.set(path, JSON.stringify(value));
  }
}

function values(from: string | undefined, to: string | undefined): string {
  return `${shorten(from)} -> ${shorten(to)}`;
}

function shorten(value: string | undefined): string {
  const text = value ?? '(none)';
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}...` : text;
}

function verb(from: string | undefined, to: string | undefined): string {
  return from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
}
