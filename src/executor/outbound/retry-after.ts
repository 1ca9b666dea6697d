const MAX_SECONDS = 86_400;

/** Seconds of a Retry-After header (RFC 9110: a number, or a date of real time), at most a day; undefined when it says nothing. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const isDate = /^[A-Z][a-z]{2}, \d{2} /.test(text);
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : isDate ? (Date.parse(text) - nowMs) / 1000 : NaN;
  return Number.isFinite(seconds) ? Math.min(MAX_SECONDS, Math.max(0, Math.ceil(seconds))) : undefined;
}
