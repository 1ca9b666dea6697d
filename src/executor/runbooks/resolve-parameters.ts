import { ExecutorError } from '../errors.ts';
import type { Judged, ParameterValue } from './parameter-value.ts';
import { judgeValue } from './parameter-value.ts';
import type { ParameterDeclaration, Runbook } from './runbook.ts';

/** Where the values of parameters can come from. What is given wins over labels, labels over defaults. */
export interface ParameterSources {
  readonly given?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A parameter that has no acceptable value, and why. */
export interface ParameterGap {
  readonly name: string;
  readonly reason: string;
}

/** Values of all parameters, or what is still missing or wrong. Values that were found are there in both cases. */
export interface ParameterResolution {
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly gaps: readonly ParameterGap[];
}

/** Finds and checks a value for every parameter. A wrong value is never replaced by a default. */
export function tryParameters({ spec }: Runbook, { given = {}, labels = {} }: ParameterSources): ParameterResolution {
  const values: Record<string, ParameterValue> = {};
  const gaps: ParameterGap[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(spec.parameters, name))
    .map((name) => ({ name: name.slice(0, 60), reason: 'is no parameter of this runbook' }));
  for (const [name, declaration] of Object.entries(spec.parameters)) {
    const found = findValue(name, declaration, given, labels);
    const judged = judgeFound(declaration, found);
    if ('refused' in judged) {
      gaps.push({ name, reason: judged.refused });
    } else {
      values[name] = judged.value;
    }
  }
  return { values, gaps };
}

interface Found {
  readonly value: unknown;
  readonly fromLabel: boolean;
}

function findValue(
  name: string,
  { fromLabel, default: fallback }: ParameterDeclaration,
  given: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>
): Found {
  if (Object.hasOwn(given, name) && given[name] !== undefined) {
    return { value: given[name], fromLabel: false };
  }
  const labelled = fromLabel !== undefined && Object.hasOwn(labels, fromLabel);
  return labelled ? { value: labels[fromLabel], fromLabel: true } : { value: fallback, fromLabel: false };
}

function judgeFound(declaration: ParameterDeclaration, { value, fromLabel }: Found): Judged {
  const label = declaration.fromLabel ?? '';
  if (value === undefined) {
    return { refused: `is missing${label === '' ? '' : ` (there is no label "${label}")`}` };
  }
  const judged = judgeValue(declaration, value, fromLabel);
  return 'refused' in judged && fromLabel ? { refused: `${judged.refused} (from the label "${label}")` } : judged;
}

/**
 * As {@link tryParameters}, for a plan.
 * @throws ExecutorError PARAMETER_INVALID naming every parameter at fault
 */
export function resolveParameters(
  runbook: Runbook,
  sources: ParameterSources
): Readonly<Record<string, ParameterValue>> {
  const { values, gaps } = tryParameters(runbook, sources);
  if (gaps.length > 0) {
    const reasons = gaps.map(({ name, reason }) => `parameters.${name} ${reason}`).join('; ');
    throw new ExecutorError('PARAMETER_INVALID', `${reasons.slice(0, 1000)}.`);
  }
  return values;
}
