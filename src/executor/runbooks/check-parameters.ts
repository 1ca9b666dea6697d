import { durationSeconds, quantityAmount } from './amounts.ts';
import { judgeValue } from './parameter-value.ts';
import { compilePattern, PatternRefused } from './patterns.ts';
import type { Finding } from './problem.ts';
import type { ParameterDeclaration, Runbook } from './runbook.ts';

/** Bounds in order, patterns that are safe, defaults within the bounds. */
export function checkParameters({ spec }: Runbook): readonly Finding[] {
  return Object.entries(spec.parameters).flatMap(([name, declaration]) => {
    const path = ['spec', 'parameters', name];
    const bounds = checkBounds(declaration, path);
    return bounds.length > 0 ? bounds : [...checkDefault(declaration, path), ...checkRequired(declaration, path)];
  });
}

function checkBounds(declaration: ParameterDeclaration, path: readonly string[]): readonly Finding[] {
  switch (declaration.type) {
    case 'integer':
    case 'number':
      return declaration.min <= declaration.max ? [] : [inverted(path)];
    case 'quantity':
      return ordered(declaration, quantityAmount) ? [] : [inverted(path)];
    case 'duration':
      return ordered(declaration, durationSeconds) ? [] : [inverted(path)];
    case 'string':
      return checkPattern(declaration.pattern, path);
    case 'enum':
      return declaration.values.flatMap((value, index) => checkChoice(value, [...path, 'values', index]));
    default:
      return [];
  }
}

function ordered(
  { min, max }: { readonly min?: string; readonly max: string },
  measure: (text: string) => number | undefined
): boolean {
  const low = min === undefined ? 0 : measure(min);
  const high = measure(max);
  return low !== undefined && high !== undefined && low <= high;
}

function inverted(path: readonly string[]): Finding {
  return { path: [...path, 'max'], message: 'is below "min", or too large', remedy: 'Make "max" at least "min".' };
}

function checkPattern(pattern: string, path: readonly string[]): readonly Finding[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    if (error instanceof PatternRefused) {
      const remedy = 'Write a narrow pattern (RE2), such as "v[0-9]{1,3}([.][0-9]+)*".';
      return [{ path: [...path, 'pattern'], message: error.message, remedy }];
    }
    throw error;
  }
}

function checkChoice(value: string, path: readonly (string | number)[]): readonly Finding[] {
  return /^[^-\p{C}\p{Zl}\p{Zp}][^\p{C}\p{Zl}\p{Zp}]*$/u.test(value)
    ? []
    : [{ path, message: 'is empty, starts with "-" or has control characters', remedy: 'Choose another value.' }];
}

function checkDefault(declaration: ParameterDeclaration, path: readonly string[]): readonly Finding[] {
  if (declaration.default === undefined) {
    return [];
  }
  const judged = judgeValue(declaration, declaration.default);
  return 'refused' in judged
    ? [{ path: [...path, 'default'], message: judged.refused, remedy: 'Correct the default or the bounds.' }]
    : [];
}

function checkRequired(declaration: ParameterDeclaration, path: readonly string[]): readonly Finding[] {
  return declaration.required === false && declaration.default === undefined
    ? [
        {
          path: [...path, 'required'],
          message: 'is optional but has no value to fall back on',
          remedy: 'Add "default".',
        },
      ]
    : [];
}
