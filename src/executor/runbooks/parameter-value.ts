import type { JsonValue } from '#contracts';
import { durationSeconds, quantityAmount } from './amounts.ts';
import { compilePattern } from './patterns.ts';
import type { ParameterDeclaration } from './runbook.ts';
import { BASIC_DEFINITIONS } from './schema/basics.ts';

/** A literal that a parameter can stand for. */
export type ParameterValue = string | number | boolean;

/** A value that was accepted, or why not. */
export type Judged = { readonly value: ParameterValue } | { readonly refused: string };

const LABEL = grammar('slug');
const OBJECT_NAME = grammar('objectName');
const SERVICE_NAME = grammar('serviceName');

const NAMES: Readonly<Record<string, readonly [pattern: RegExp, maxLength: number, words: string]>> = {
  dns1123: [LABEL, 63, 'lower-case letters, digits and "-", at most 63'],
  namespace: [LABEL, 63, 'lower-case letters, digits and "-", at most 63'],
  container: [LABEL, 63, 'lower-case letters, digits and "-", at most 63'],
  deployment: [OBJECT_NAME, 253, 'lower-case letters, digits, "-" and ".", at most 253'],
  pod: [OBJECT_NAME, 253, 'lower-case letters, digits, "-" and ".", at most 253'],
  service: [SERVICE_NAME, 253, 'letters, digits, ".", "_" and "-", at most 253'],
};

/**
 * Checks a value against its declaration. Nothing is trimmed, lower-cased or otherwise repaired: what is not exactly right is
 * refused.
 * @param fromText the value came as text (a label): numbers and truth values are read from it
 */
export function judgeValue(declaration: ParameterDeclaration, value: unknown, fromText = false): Judged {
  switch (declaration.type) {
    case 'integer':
    case 'number':
      return judgeNumber(declaration, fromText ? numberFrom(value) : value);
    case 'boolean':
      return judgeBoolean(fromText ? booleanFrom(value) : value);
    case 'enum':
      return typeof value === 'string' && declaration.values.includes(value)
        ? { value }
        : { refused: `must be one of ${declaration.values.join(', ')}` };
    case 'quantity':
      return judgeAmount(declaration, value, quantityAmount, 'an amount such as 512Mi');
    case 'duration':
      return judgeAmount(declaration, value, durationSeconds, 'a duration such as 30s, 5m or 2h');
    case 'string':
      return judgeString(declaration, value);
    default:
      return judgeName(declaration.type, value);
  }
}

/** The smallest and largest values (for texts: some value) that a declaration lets through, to try actions with. */
export function samples(declaration: ParameterDeclaration): readonly ParameterValue[] {
  switch (declaration.type) {
    case 'integer':
    case 'number':
      return [declaration.min, declaration.max];
    case 'boolean':
      return [true, false];
    case 'enum':
      return declaration.values;
    case 'quantity':
    case 'duration':
      return declaration.min === undefined ? [declaration.max] : [declaration.min, declaration.max];
    case 'string':
      return declaration.default === undefined ? [] : [declaration.default];
    default:
      return ['a'];
  }
}

function judgeNumber(
  { type, min, max }: Extract<ParameterDeclaration, { type: 'integer' | 'number' }>,
  value: unknown
): Judged {
  const whole = type === 'integer';
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    (!whole || Number.isSafeInteger(value));
  // Minus zero has the text of zero: equal plans must have equal values.
  return fits
    ? { value: value === 0 ? 0 : value }
    : { refused: `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}` };
}

function numberFrom(text: unknown): unknown {
  return typeof text === 'string' && /^-?(0|[1-9][0-9]{0,14})([.][0-9]{1,12})?$/.test(text) ? Number(text) : undefined;
}

function judgeBoolean(value: unknown): Judged {
  return typeof value === 'boolean' ? { value } : { refused: 'must be true or false' };
}

function booleanFrom(text: unknown): unknown {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function judgeAmount(
  { min, max }: { readonly min?: string; readonly max: string },
  value: unknown,
  measure: (text: string) => number | undefined,
  words: string
): Judged {
  const amount = typeof value === 'string' ? measure(value) : undefined;
  const low = min === undefined ? 0 : measure(min);
  const high = measure(max);
  const fits = amount !== undefined && low !== undefined && high !== undefined && amount >= low && amount <= high;
  const bounds = min === undefined ? `at most ${max}` : `from ${min} to ${max}`;
  return fits ? { value: value as string } : { refused: `must be ${words}, ${bounds}` };
}

function judgeString(
  { maxLength, pattern }: { readonly maxLength: number; readonly pattern: string },
  value: unknown
): Judged {
  const refused = { refused: `must be text of at most ${maxLength} characters that fits ${pattern}` };
  if (typeof value !== 'string' || value.length > maxLength || value.startsWith('-')) {
    return refused;
  }
  return compilePattern(pattern)(value) ? { value } : refused;
}

function judgeName(type: string, value: unknown): Judged {
  const [pattern, maxLength, words] = NAMES[type] ?? [LABEL, 63, 'a name'];
  return typeof value === 'string' && value.length <= maxLength && pattern.test(value)
    ? { value }
    : { refused: `must be ${words}` };
}

function grammar(definition: string): RegExp {
  return new RegExp(String(BASIC_DEFINITIONS[definition]?.['pattern']));
}

/** A parameter value as JSON, for callers that hold plans. */
export type ParameterValues = Readonly<Record<string, ParameterValue>> & Readonly<Record<string, JsonValue>>;
