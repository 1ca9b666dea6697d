import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { ExecutorError } from '../../../src/executor/errors.ts';
import { CelThread } from '../../../src/executor/runbooks/cel/cel-runner.ts';
import { compilePlan } from '../../../src/executor/runbooks/compile-plan.ts';
import { loadRunbook } from '../../../src/executor/runbooks/load-runbook.ts';
import { resolveParameters } from '../../../src/executor/runbooks/resolve-parameters.ts';
import type { LoadedRunbook } from '../../../src/executor/runbooks/runbook.ts';
import { exampleYaml, inlineCel } from '../../../src/executor/runbooks/testing/example.ts';
import { HOSTILE_EXPRESSIONS } from '../../../src/executor/runbooks/testing/hostile-expressions.ts';
import { HOSTILE_YAML } from '../../../src/executor/runbooks/testing/hostile-yaml.ts';
import { INJECTIONS } from '../../../src/executor/runbooks/testing/injections.ts';
import { LABELS, realRegistry, shippedRunbooks } from '../../../src/executor/runbooks/testing/shipped.ts';
import { ROOT } from '../../architecture/import-table.ts';
import type { Attacks } from './attacks.ts';
import { shown, within } from './attacks.ts';
import { HARMLESS, HOSTILE_VALUES } from './hostile-values.ts';

/** For one input, of the processor. */
const BUDGET_MS = 1000;
const FUZZED = 300;
const SEED = 20_260_105;
const SCOPE = { kind: 'alert' } as const;
const CONTEXT = { kind: 'alert', labels: { severity: 'critical' }, values: { restarts: 6 } } as const;

/** Every parameter of every runbook of the product, given and as a label. */
export async function attackRunbookParameters(attacks: Attacks): Promise<void> {
  const actions = realRegistry();
  const compile = (loaded: LoadedRunbook, given: object, labels: object): void => {
    const values = resolveParameters(loaded.runbook, { given: { ...given }, labels: { ...LABELS, ...labels } });
    compilePlan(loaded, values, actions);
  };
  for (const loaded of [...(await shippedRunbooks()), ...(await shippedRunbooks('demo'))]) {
    const { metadata, spec } = loaded.runbook;
    for (const [name, { fromLabel }] of Object.entries(spec.parameters)) {
      for (const value of [...INJECTIONS, ...HOSTILE_VALUES]) {
        await attacks.try('runbook parameters', `${metadata.name} ${name} = ${shown(value)}`, () =>
          refused(() => compile(loaded, { [name]: value }, {}), value)
        );
        if (fromLabel !== undefined && typeof value === 'string') {
          await attacks.try('runbook parameters', `${metadata.name} label ${fromLabel} = ${shown(value)}`, () =>
            refused(() => compile(loaded, {}, { [fromLabel]: value }), value)
          );
        }
      }
    }
  }
}

/** Files that try to mislead or exhaust, and random ones. */
export async function attackYaml(attacks: Attacks): Promise<void> {
  for (const [intent, text, answer] of HOSTILE_YAML) {
    await attacks.try('yaml', intent, async () => {
      const result = await within(BUDGET_MS, () => loadRunbook(text, 'x.yaml', inlineCel));
      assert.equal(result.ok, false, 'it was accepted');
      const [problem] = result.ok ? [] : result.problems;
      const said = `${problem?.source}:${problem?.line}:${problem?.column} ${problem?.message}`;
      assert.ok(answer.test(said) || answer.test(problem?.message ?? ''), `it said ${said}`);
    });
  }
  const sound = exampleYaml();
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc
      .tuple(fc.nat(sound.length), fc.string({ unit: 'binary', maxLength: 40 }))
      .map(([at, inserted]) => sound.slice(0, at) + inserted + sound.slice(at))
  );
  for (const [index, text] of fc.sample(texts, { numRuns: FUZZED, seed: SEED }).entries()) {
    await attacks.try('yaml', `random ${index}`, async () => {
      await within(BUDGET_MS, () => loadRunbook(text, 'x.yaml', inlineCel));
      assert.equal('polluted' in {}, false);
    });
  }
}

/** Expressions that try to hang, grow or escape, and random ones; then a good one still has its answer. */
export async function attackExpressions(attacks: Attacks): Promise<void> {
  const runner = new CelThread({ file: path.join(ROOT, 'src/executor/runbooks/cel/cel-thread.ts') });
  // Starting the thread is nobody's expression.
  await runner.check('true', SCOPE);
  const random = fc.sample(fc.string({ unit: 'binary', maxLength: 512 }), { numRuns: FUZZED, seed: SEED });
  const all = [...HOSTILE_EXPRESSIONS, ...random.map((text, index) => [`random ${index}`, text] as const)];
  for (const [intent, expression] of all) {
    await attacks.try('expressions', intent, async () => {
      await within(BUDGET_MS, () => runner.check(expression, SCOPE));
      const outcome = await within(BUDGET_MS, () => runner.evaluate(expression, SCOPE, CONTEXT));
      assert.ok(typeof outcome.kind === 'string');
    });
    const text = exampleYaml((runbook) => void ((runbook.spec.triggers[0] ?? {})['when'] = expression));
    await attacks.try('expressions', `${intent}, in a runbook`, async () => {
      await within(BUDGET_MS, () => loadRunbook(text, 'x.yaml', runner));
    });
  }
  await attacks.try('expressions', 'a good one after all that', async () => {
    assert.deepEqual(await runner.evaluate('alert.values["restarts"] > 5.0', SCOPE, CONTEXT), {
      kind: 'value',
      value: true,
    });
  });
  await runner.close();
}

/** Refused with the field at fault; or accepted because it is a plain name or a number within the bounds of the file. */
function refused(compile: () => void, value: unknown): void {
  try {
    compile();
  } catch (error) {
    assert.ok(error instanceof ExecutorError && error.code === 'PARAMETER_INVALID', `threw ${String(error)}`);
    return;
  }
  const harmless = typeof value === 'string' ? HARMLESS.test(value) : ['number', 'boolean'].includes(typeof value);
  assert.ok(harmless && value !== 1e308, `accepted ${shown(value)}`);
}
