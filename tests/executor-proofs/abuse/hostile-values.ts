/** Values that are no text and no number within any bounds. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  [],
  ['a'],
  {},
  { $param: 'x' },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  { constructor: { prototype: { polluted: true } } },
  { toString: 1 },
  -1,
  -0.5,
  0.5,
  1e308,
  2 ** 53,
];

/** Names, quantities and durations; nothing in them means anything to a shell, a path, a query or a template. */
export const HARMLESS = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
