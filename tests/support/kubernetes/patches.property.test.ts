import type { JsonObject } from '#contracts';
// The actions' patches, applied by the server's rules: what they promise must hold for any object.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { guarded, marked, OPERATION_ANNOTATION } from '../../../src/executor/actions/kubernetes/guard.ts';
import type { Patch } from '../../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { ApiError } from './api-error.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patches.ts';

const apply = (target: unknown, patch: Patch): any =>
  ({ json: jsonPatch, merge: mergePatch, strategic: strategicMergePatch })[patch.type](target, patch.body);

const isRefused = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof ApiError;
  }
};

const annotations = fc.option(
  fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => !key.startsWith('$')),
    fc.string()
  ),
  {
    nil: undefined,
  }
);
const object = fc
  .record({ annotations, replicas: fc.nat({ max: 100 }), version: fc.nat().map(String) })
  .map(({ annotations: notes, replicas, version }): JsonObject => ({
    metadata: { name: 'a', uid: 'u', resourceVersion: version, ...(notes ? { annotations: notes } : {}) },
    spec: { replicas, other: 'kept' },
  }));
const patch = fc.constantFrom<Patch>(
  { type: 'json', body: [{ op: 'replace', path: '/spec/replicas', value: 7 }] },
  { type: 'merge', body: { spec: { replicas: 7 } } },
  { type: 'strategic', body: { spec: { replicas: 7 } } },
  { type: 'merge', body: { spec: { replicas: 7 }, metadata: { annotations: { extra: 'x' } } } }
);

describe('a guarded patch', () => {
  it('brings change and mark together and keeps everything else', () => {
    fc.assert(
      fc.property(object, patch, (one, change) => {
        const result = apply(one, guarded(change, one, 'op-1'));
        expect(result.spec).toEqual({ replicas: 7, other: 'kept' });
        expect(result.metadata.annotations).toMatchObject({ [OPERATION_ANNOTATION]: 'op-1' });
        expect(result.metadata.annotations).toMatchObject((one['metadata'] as any).annotations ?? {});
        expect(result.metadata.resourceVersion).toBe((one['metadata'] as any).resourceVersion);
      })
    );
  });

  it('does not fit an object that changed', () => {
    fc.assert(
      fc.property(object, patch, (one, change) => {
        const changed = { ...one, metadata: { ...(one['metadata'] as object), resourceVersion: 'later' } };
        const sent = guarded(change, one, 'op-1');
        const arrives = () => apply(changed, sent).metadata.resourceVersion === 'later';
        expect(sent.type === 'json' ? isRefused(arrives) : !arrives()).toBe(true);
      })
    );
  });

  it('has the same effect when it is sent again', () => {
    fc.assert(
      fc.property(object, patch, (one, change) => {
        const once = apply(one, marked(change, one, 'op-1'));
        expect(apply(once, marked(change, once, 'op-1'))).toEqual(once);
      })
    );
  });
});

describe('merge patches', () => {
  it('change nothing that they do not name (RFC 7386)', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(mergePatch({ a: value, b: 1 }, { b: 2 })).toEqual({ a: value, b: 2 });
        expect(mergePatch({ a: value }, { a: null })).toEqual({});
      })
    );
  });

  it('find containers by name, whatever their order', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.nat(), (all, pick) => {
        const name = all[pick % all.length] ?? '';
        const containers = all.map((one) => ({ name: one, image: `${one}:1` }));
        const result = strategicMergePatch(
          { containers },
          { containers: [{ name, resources: { limits: { memory: '1Gi' } } }] }
        ) as any;
        expect(result.containers.map((one: any) => one.name)).toEqual(all);
        expect(result.containers.map((one: any) => one.image)).toEqual(containers.map((one) => one.image));
        expect(result.containers.filter((one: any) => one.resources).map((one: any) => one.name)).toEqual([name]);
      })
    );
  });
});
