import { PackError } from './pack-error.ts';

/** An object of a JSON file. */
export type JsonFields = Readonly<Record<string, unknown>>;

const REMEDY = 'Bring the file into the case format.';

/** @throws PackError naming the field */
export function asFields(value: unknown, field: string): JsonFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PackError(field, 'is not an object', REMEDY);
  }
  return value as JsonFields;
}

/** @throws PackError naming the field */
export function asList(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new PackError(field, 'is not a list', REMEDY);
  }
  return value as readonly unknown[];
}

/** @throws PackError naming the field */
export function asText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new PackError(field, 'is not a text', REMEDY);
  }
  return value;
}

/** @throws PackError naming the field */
export function asOneOf<Text extends string>(value: unknown, allowed: readonly Text[], field: string): Text {
  const found = allowed.find((item) => item === value);
  if (found === undefined) {
    throw new PackError(field, `is ${JSON.stringify(value) ?? 'missing'}`, `Use one of ${allowed.join(', ')}.`);
  }
  return found;
}

/** A finite number. @throws PackError naming the field */
export function asNumber(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new PackError(field, 'is not a number', REMEDY);
  }
  return value;
}

/** Every value of an object. @throws PackError naming the field */
export function mapFields<Result>(
  value: unknown,
  field: string,
  read: (item: unknown, field: string) => Result
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(asFields(value, field)).map(([key, item]) => [key, read(item, `${field}.${key}`)])
  );
}
