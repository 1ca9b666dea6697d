import type { JsonValue } from '#contracts';
import { unknownParameter } from './check-queries.ts';
import { samples } from './parameter-value.ts';
import type { Finding } from './problem.ts';
import type { Runbook, StepDeclaration } from './runbook.ts';
import { isParamRef } from './runbook.ts';
import { validateRunbook } from './validate-schema.ts';

type Path = readonly (string | number)[];
interface Use {
  readonly path: Path;
  readonly name: string;
}

/** Steps are told apart, groups stand together, temporary steps can be undone, parameters fit where they are used. */
export function checkSteps(runbook: Runbook): readonly Finding[] {
  const { steps } = runbook.spec;
  const uses = steps.flatMap((step, index) => usesIn(step, ['spec', 'steps', index]));
  const unknown = uses.filter(({ name }) => !Object.hasOwn(runbook.spec.parameters, name));
  return [
    ...steps.flatMap((step, index) => checkStep(steps, step, index)),
    ...unknown.map(({ path, name }) => unknownParameter(path, name)),
    ...(unknown.length === 0 ? checkRanges(runbook, uses) : []),
  ];
}

function checkStep(steps: readonly StepDeclaration[], step: StepDeclaration, index: number): readonly Finding[] {
  const path = ['spec', 'steps', index] as const;
  const findings: Finding[] = [];
  if (steps.findIndex(({ id }) => id === step.id) !== index) {
    findings.push({ path: [...path, 'id'], message: 'is there twice', remedy: 'Give each step an id of its own.' });
  }
  const { group } = step;
  const first = steps.findIndex((other) => other.group === group);
  if (group !== undefined && steps.slice(first, index).some((other) => other.group !== group)) {
    findings.push({
      path: [...path, 'group'],
      message: `"${group}" is interrupted by another step`,
      remedy: 'Put the steps of a group next to each other.',
    });
  }
  if (step.ttl !== undefined && step.compensate === 'none') {
    findings.push({
      path: [...path, 'ttl'],
      message: 'cannot be with compensate: none, which leaves nothing to undo it',
      remedy: 'Remove one of them.',
    });
  }
  return findings;
}

/** Tries the smallest and the largest value of each parameter where it is used. */
function checkRanges(runbook: Runbook, uses: readonly Use[]): readonly Finding[] {
  const rounds = Math.max(0, ...uses.map(({ name }) => samplesOf(runbook, name).length));
  const found = new Map<string, Finding>();
  for (let round = 0; round < rounds; round += 1) {
    const tried = new Map<string, readonly [string, JsonValue]>();
    const steps = runbook.spec.steps.map((step, index) =>
      replaceRefs(step as unknown as JsonValue, ['spec', 'steps', index], (name, path) => {
        const values = samplesOf(runbook, name);
        const value = values[Math.min(round, values.length - 1)];
        if (value === undefined) {
          return { $param: name };
        }
        tried.set(JSON.stringify(path), [name, value]);
        return value;
      })
    );
    for (const finding of validateRunbook({ ...runbook, spec: { ...runbook.spec, steps } })) {
      const [name, value] = tried.get(JSON.stringify(finding.path)) ?? [];
      if (name !== undefined && !found.has(JSON.stringify(finding.path))) {
        found.set(JSON.stringify(finding.path), {
          path: finding.path,
          message: `the parameter "${name}" can be ${JSON.stringify(value)}, which is not accepted here`,
          remedy: `${finding.remedy} Or change the bounds of the parameter.`,
        });
      }
    }
  }
  return [...found.values()];
}

function samplesOf({ spec }: Runbook, name: string): readonly (string | number | boolean)[] {
  const declaration = spec.parameters[name];
  return declaration === undefined ? [] : samples(declaration);
}

/** Every `{ $param: name }` in a step, but for the variables of queries, which stand for text of PromQL. */
function usesIn(step: StepDeclaration, path: Path): readonly Use[] {
  const uses: Use[] = [];
  replaceRefs(step as unknown as JsonValue, path, (name, at) => {
    uses.push({ name, path: at });
    return { $param: name };
  });
  return uses;
}

/** A copy of a value with its references replaced. The `vars` of a query step (`with.vars`) are left as they are. */
export function replaceRefs(value: JsonValue, path: Path, replace: (name: string, path: Path) => JsonValue): JsonValue {
  if (isParamRef(value)) {
    return replace(value.$param, path);
  }
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) => replaceRefs(item, [...path, index], replace));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, JsonValue>>).map(([key, item]) => [
      key,
      key === 'vars' && path.at(-1) === 'with' ? item : replaceRefs(item, [...path, key], replace),
    ])
  );
}
