import { fitsPlace, PLACE_WORDS, queryVariables, QueryRefused } from './bind-query.ts';
import type { Finding } from './problem.ts';
import type { CheckDeclaration, QueryDeclaration, Runbook } from './runbook.ts';
import { isParamRef } from './runbook.ts';

type Path = readonly (string | number)[];

/** Every query's variables are declared, used, of a type that fits; thresholds are numbers. */
export function checkQueries(runbook: Runbook): readonly Finding[] {
  const { preconditions = [], verify, steps } = runbook.spec;
  return [
    ...checkList(runbook, preconditions, ['spec', 'preconditions']),
    ...checkList(runbook, verify?.checks ?? [], ['spec', 'verify', 'checks']),
    ...steps.flatMap((step, index) =>
      step.action === 'query'
        ? checkQuery(runbook, step.with as unknown as QueryDeclaration, ['spec', 'steps', index, 'with'])
        : []
    ),
  ];
}

function checkList(runbook: Runbook, checks: readonly CheckDeclaration[], path: Path): readonly Finding[] {
  return checks.flatMap((check, index) => {
    const at = [...path, index];
    const findings = [...checkQuery(runbook, check, at)];
    if (checks.findIndex(({ name }) => name === check.name) !== index) {
      findings.push({ path: [...at, 'name'], message: 'is there twice', remedy: 'Give each check a name of its own.' });
    }
    if (check.for !== undefined && (check.op === '==' || check.op === '!=')) {
      findings.push({ path: [...at, 'for'], message: `cannot be with ${check.op}`, remedy: 'Use <, <=, > or >=.' });
    }
    return findings;
  });
}

function checkQuery(runbook: Runbook, query: QueryDeclaration, path: Path): readonly Finding[] {
  const findings = [...checkThreshold(runbook, query, [...path, 'value'])];
  const vars = query.vars ?? {};
  let used: ReturnType<typeof queryVariables>;
  try {
    used = queryVariables(query.query);
  } catch (error) {
    if (error instanceof QueryRefused) {
      return [...findings, { path: [...path, 'query'], message: error.message, remedy: 'Correct the query.' }];
    }
    throw error;
  }
  for (const { name, place } of used) {
    const declaration = Object.hasOwn(vars, name) ? runbook.spec.parameters[vars[name]?.$param ?? ''] : undefined;
    if (!Object.hasOwn(vars, name)) {
      findings.push({
        path: [...path, 'query'],
        message: `$${name} is not in "vars"`,
        remedy: `Add it: vars: { ${name}: { $param: … } }.`,
      });
    } else if (declaration && !fitsPlace(declaration.type, place)) {
      findings.push({
        path: [...path, 'vars', name],
        message: `cannot be ${declaration.type} where it stands`,
        remedy: `Use ${PLACE_WORDS[place]}.`,
      });
    }
  }
  for (const [name, { $param }] of Object.entries(vars)) {
    if (!Object.hasOwn(runbook.spec.parameters, $param)) {
      findings.push(unknownParameter([...path, 'vars', name], $param));
    } else if (!used.some((variable) => variable.name === name)) {
      findings.push({
        path: [...path, 'vars', name],
        message: 'is not used in the query',
        remedy: 'Remove it, or use it.',
      });
    }
  }
  return findings;
}

function checkThreshold(runbook: Runbook, { value }: QueryDeclaration, path: Path): readonly Finding[] {
  if (!isParamRef(value)) {
    return [];
  }
  const declaration = Object.hasOwn(runbook.spec.parameters, value.$param)
    ? runbook.spec.parameters[value.$param]
    : undefined;
  if (!declaration) {
    return [unknownParameter(path, value.$param)];
  }
  return declaration.type === 'integer' || declaration.type === 'number'
    ? []
    : [{ path, message: `cannot be ${declaration.type}`, remedy: 'Use an integer or number parameter.' }];
}

/** A `$param` that names nothing. */
export function unknownParameter(path: Path, name: string): Finding {
  return { path, message: `there is no parameter "${name}"`, remedy: 'Declare it below spec.parameters.' };
}
