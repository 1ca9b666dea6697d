const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Seconds of a duration such as `90s`, `5m` or `2h`; undefined when it is none. */
export function durationSeconds(text: string): number | undefined {
  const [, amount, unit] = /^([1-9][0-9]{0,4})([smh])$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNIT_SECONDS[unit] ?? 1);
}

/** Bytes (or units) of a quantity such as `512Mi`; undefined when it is none, or too large to be exact. */
export function quantityAmount(text: string): number | undefined {
  const [, amount, unit] = /^([1-9][0-9]{0,11})(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(text) ?? [];
  const value = amount === undefined ? undefined : Number(amount) * (UNIT_BYTES[unit ?? ''] ?? 1);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** For durations that the schema has checked. */
export function secondsOf(text: string | undefined, fallback: number): number {
  return (text === undefined ? undefined : durationSeconds(text)) ?? fallback;
}
