import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compilePlan } from './compile-plan.ts';
import { loadRunbook } from './load-runbook.ts';
import { tryParameters } from './resolve-parameters.ts';
import { registry } from './testing/actions.ts';
import { exampleRunbook, inlineCel } from './testing/example.ts';
import { INJECTIONS } from './testing/injections.ts';

type Container = Record<string | number, unknown>;

/** Every place in a value, as container and key. */
function places(value: unknown): readonly (readonly [Container, string | number])[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const container = value as Container;
  return Object.keys(container).flatMap((key) => [[container, key] as const, ...places(container[key])]);
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    ...INJECTIONS,
    null,
    {},
    [],
    { $param: 'memory' },
    { $param: 'nope' },
    1e308,
    -1,
    0,
    true,
    '9'.repeat(70)
  )
);
const actions = registry();
const labels = { namespace: 'shop', deployment: 'payment', container: 'app' };

it('a good runbook with anything anywhere is accepted or refused, and never more than it says', async () => {
  const count = places(exampleRunbook()).length;
  await fc.assert(
    fc.asyncProperty(fc.nat(count - 1), junk, fc.boolean(), async (index, value, removes) => {
      const runbook = exampleRunbook();
      const [container, key] = places(runbook)[index]!;
      if (removes) {
        delete container[key];
      } else {
        container[key] = value;
      }
      const result = await loadRunbook(stringify(runbook, { aliasDuplicateObjects: false }), 'x.yaml', inlineCel);
      const said = result.ok ? [] : result.problems;
      expect(
        said.every((problem) => problem.message !== '' && problem.remedy !== '' && problem.source === 'x.yaml')
      ).toBe(true);
      expect(result.ok || said.length > 0).toBe(true);
      // What is accepted can be compiled once its parameters have values.
      const resolved = result.ok ? tryParameters(result.loaded.runbook, { labels }) : undefined;
      const plan =
        result.ok && resolved?.gaps.length === 0 ? compilePlan(result.loaded, resolved.values, actions) : undefined;
      expect(JSON.stringify(plan?.steps ?? [])).not.toContain('$param');
    }),
    { numRuns: 400 }
  );
});
