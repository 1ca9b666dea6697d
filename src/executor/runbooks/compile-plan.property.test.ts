import type { JsonValue } from '#contracts';
import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compilePlan, planDigest } from './compile-plan.ts';
import { tryParameters } from './resolve-parameters.ts';
import { registry } from './testing/actions.ts';
import { loadExample } from './testing/example.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const given = fc.record({
  namespace: name,
  deployment: name,
  container: name,
  memory: fc.integer({ min: 128, max: 2048 }).map((mebibytes) => `${mebibytes}Mi`),
  restarts: fc.integer({ min: 0, max: 50 }),
});
const actions = registry();
const loaded = await loadExample();

function leaves(value: JsonValue): JsonValue[] {
  return typeof value === 'object' && value !== null ? Object.values(value as object).flatMap(leaves) : [value];
}

describe('compiling', () => {
  it('gives the same plan for the same values, in whatever order they come', () => {
    fc.assert(
      fc.property(given, (values) => {
        const { values: one } = tryParameters(loaded.runbook, { given: values });
        const { values: other } = tryParameters(loaded.runbook, {
          given: Object.fromEntries(Object.entries(values).toReversed()),
        });
        expect(compilePlan(loaded, one, actions)).toEqual(compilePlan(loaded, other, actions));
        expect(planDigest(compilePlan(loaded, one, actions))).toBe(planDigest(compilePlan(loaded, other, actions)));
      })
    );
  });

  it('gives another digest when any value differs', () => {
    fc.assert(
      fc.property(given, given, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        const plan = (values: typeof a) =>
          planDigest(compilePlan(loaded, tryParameters(loaded.runbook, { given: values }).values, actions));
        expect(plan(a)).not.toBe(plan(b));
      })
    );
  });

  it('changes neither the runbook nor the values', () => {
    const before = JSON.stringify(loaded);
    fc.assert(
      fc.property(given, (values) => {
        const { values: resolved } = tryParameters(loaded.runbook, { given: values });
        compilePlan(loaded, Object.freeze({ ...resolved }), actions);
        expect(JSON.stringify(loaded)).toBe(before);
      })
    );
  });

  it('puts nothing into an input but the literals of the runbook and accepted values', () => {
    const hostile = fc.oneof(
      given,
      fc.record({ namespace: fc.string(), deployment: fc.string(), container: fc.string() })
    );
    fc.assert(
      fc.property(hostile, (values) => {
        const { values: resolved, gaps } = tryParameters(loaded.runbook, { given: values });
        fc.pre(gaps.length === 0);
        const { steps, preconditions } = compilePlan(loaded, resolved, actions);
        const allowed = new Set<JsonValue>([...Object.values(resolved), 'Deployment']);
        expect(leaves(steps[1]?.input ?? null).filter((leaf) => !allowed.has(leaf))).toEqual([]);
        for (const { query } of preconditions) {
          const errors: string[] = [];
          parser.parse(query).iterate({ enter: ({ type }) => void (type.isError && errors.push(type.name)) });
          expect(errors).toEqual([]);
        }
      })
    );
  });
});
