import type { JsonObject, JsonValue } from '#contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { objectDiff } from './object-diff.ts';

const EVERYTHING = /./;
const NOTHING = /^$/;

/** The same value with the keys of every object in another order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map(reversed);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item as JsonValue)])
      )
    : value;
}

const object = fc
  .record({ spec: fc.jsonValue({ maxDepth: 4 }), labels: fc.dictionary(fc.string(), fc.string()) })
  .map(({ spec, labels }) => ({ metadata: { labels }, spec: { value: spec } }) as JsonObject);

describe('objectDiff', () => {
  it('is empty for equal objects, whatever the order of their keys', () => {
    fc.assert(
      fc.property(object, (one) => {
        expect(objectDiff(one, reversed(one) as JsonObject, EVERYTHING)).toBe('');
      })
    );
  });

  it('is the same text for the same question', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const text = objectDiff(before, after, EVERYTHING);
        expect(objectDiff(reversed(before) as JsonObject, reversed(after) as JsonObject, EVERYTHING)).toBe(text);
      })
    );
  });

  it('names the same paths in both directions', () => {
    const paths = (text: string) => text.split('\n').map((line) => line.replace(/: (added|removed|changed)$/, ''));
    fc.assert(
      fc.property(object, object, (a, b) => {
        expect(paths(objectDiff(a, b, NOTHING))).toEqual(paths(objectDiff(b, a, NOTHING)));
      })
    );
  });

  it('shows no value that it may not show', () => {
    const secret = 'canary-7f3a9c';
    const withSecret = fc
      .jsonValue({ maxDepth: 3 })
      .map((value) => ({ spec: { env: [{ name: 'A', value: secret }, value] } }));
    fc.assert(
      fc.property(withSecret, object, (a, b) => {
        const told =
          objectDiff(a as JsonObject, b, /^spec\.replicas$/) + objectDiff(b, a as JsonObject, /^spec\.replicas$/);
        expect(told).not.toContain(secret);
      })
    );
  });

  it('compares named lists by name and shows allowed values only', () => {
    const pod = (image: string, password: string, more: JsonObject[] = []) => ({
      spec: { containers: [...more, { name: 'app', image, env: [{ name: 'DB_PASSWORD', value: password }] }] },
    });
    const text = objectDiff(
      pod('shop:1', 'old'),
      pod('shop:2', 'new', [{ name: 'proxy', image: 'envoy:1' }]),
      /\.image$/
    );
    expect(text.split('\n')).toEqual([
      'spec.containers[app].env[DB_PASSWORD].value: changed',
      'spec.containers[app].image: "shop:1" -> "shop:2"',
      'spec.containers[proxy].image: (none) -> "envoy:1"',
      'spec.containers[proxy].name: added',
    ]);
  });

  it('keeps line breaks of values inside their line, and long texts short', () => {
    const text = objectDiff(
      { spec: { a: 'x' } },
      { spec: { a: `y\nspec.b: 1 -> 2\n${'z'.repeat(1000)}` } },
      EVERYTHING
    );
    expect(text.split('\n')).toHaveLength(1);
    expect(text.length).toBeLessThan(300);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]));
    expect(objectDiff({}, { spec: many }, EVERYTHING).split('\n').at(-1)).toBe('and 300 more');
  });

  it('says nothing about our own mark and the revision of a deployment', () => {
    const annotations = { 'aiops.io/op': 'x', 'deployment.kubernetes.io/revision': '2' };
    expect(objectDiff({}, { metadata: { annotations } }, EVERYTHING)).toBe('');
  });
});
