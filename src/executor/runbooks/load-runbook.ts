import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { CelRunner } from './cel/cel-runner.ts';
import type { CelScope } from './cel/cel-expression.ts';
import { stepScope } from './step-scope.ts';
import { checkParameters } from './check-parameters.ts';
import { checkQueries } from './check-queries.ts';
import { checkPolicy } from './check-policy.ts';
import { checkSteps } from './check-steps.ts';
import { checkTriggers } from './check-triggers.ts';
import type { Finding, RunbookProblem } from './problem.ts';
import type { LoadedRunbook, Runbook } from './runbook.ts';
import { validateRunbook } from './validate-schema.ts';
import { readYamlSource, YamlRefused, type YamlSource } from './yaml-source.ts';

/** A runbook that may be used, or everything that is wrong with its file. */
export type LoadResult =
  | { readonly ok: true; readonly loaded: LoadedRunbook }
  | { readonly ok: false; readonly problems: readonly RunbookProblem[] };

/**
 * Reads and checks one runbook file: YAML, schema, parameters, queries, steps, policy, expressions.
 * @param source name of the file, for messages
 */
export async function loadRunbook(text: string, source: string, cel: Pick<CelRunner, 'check'>): Promise<LoadResult> {
  let yaml: YamlSource;
  try {
    yaml = readYamlSource(text, source);
  } catch (error) {
    if (error instanceof YamlRefused) {
      return { ok: false, problems: [error.problem] };
    }
    throw error;
  }
  const findings = await findFaults(yaml.value, cel);
  if (findings.length > 0) {
    const problems = findings.map(({ path, message, remedy }) => yaml.problem(path, message, remedy));
    return { ok: false, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  }
  const runbook = yaml.value as Runbook;
  return { ok: true, loaded: { source, runbook, digest: digestOf(runbook) } };
}

/** Digest of a runbook's content. Comments, quoting and the order of keys do not count. */
export function digestOf(runbook: Runbook): string {
  return sha256Hex(canonicalJson(runbook));
}

async function findFaults(value: unknown, cel: Pick<CelRunner, 'check'>): Promise<readonly Finding[]> {
  if (isLegacy(value)) {
    const remedy = 'Convert it with "npm run runbooks -- import FILE", then look at what was refused.';
    return [{ path: ['spec'], message: 'has "trigger" and "actions" of the former format', remedy }];
  }
  const shape = validateRunbook(value);
  if (shape.length > 0) {
    return shape;
  }
  const runbook = value as Runbook;
  const findings = [
    ...checkParameters(runbook),
    ...checkQueries(runbook),
    ...checkSteps(runbook),
    ...checkPolicy(runbook),
    ...checkTriggers(runbook),
  ];
  return findings.length > 0 ? findings : checkExpressions(runbook, cel);
}

function isLegacy(value: unknown): boolean {
  const spec = typeof value === 'object' && value !== null && 'spec' in value ? value.spec : undefined;
  return typeof spec === 'object' && spec !== null && 'actions' in spec && !('steps' in spec);
}

async function checkExpressions(runbook: Runbook, cel: Pick<CelRunner, 'check'>): Promise<readonly Finding[]> {
  const { triggers = [], steps } = runbook.spec;
  const expressions: (readonly [readonly (string | number)[], string, CelScope])[] = [];
  triggers.forEach(({ when }, index) => {
    if (when !== undefined) {
      expressions.push([['spec', 'triggers', index, 'when'], when, { kind: 'alert' }]);
    }
  });
  steps.forEach((step, index) => {
    if (step.if !== undefined) {
      expressions.push([['spec', 'steps', index, 'if'], step.if, stepScope(runbook, index)]);
    }
  });
  const findings: Finding[] = [];
  for (const [path, expression, scope] of expressions) {
    const verdict = await cel.check(expression, scope);
    if (!verdict.ok) {
      findings.push({
        path,
        message: verdict.reason,
        remedy: 'Correct the expression (CEL); see docs/user/runbooks.md.',
      });
    }
  }
  return findings;
}
