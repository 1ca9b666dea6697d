/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same structure with every number cut to four decimals; what is not finite becomes null. */
export function roundAll(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : null;
  }
  if (Array.isArray(value)) {
    return value.map(roundAll);
  }
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, roundAll(part)]))
    : value;
}
