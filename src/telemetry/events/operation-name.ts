const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?=[a-f]*\d)[0-9a-f]{16,}\b/gi;
const DIGITS = /\d+/g;
const MAX_LENGTH = 200;

/** The name of an operation without ids and numbers, which make one operation look like many. */
export function operationName(name: string): string {
  return name.slice(0, MAX_LENGTH).replace(UUID, '*').replace(DIGITS, '*');
}
