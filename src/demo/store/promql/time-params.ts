import type { EpochMs } from '#model';
import { PromqlError } from './errors.ts';
import { parseDurationMs } from './literals.ts';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The error for a bad request parameter. */
export function invalidParameter(name: string, message: string): PromqlError {
  return new PromqlError('bad_data', `invalid parameter "${name}": ${message}`);
}

/**
 * Reads a time: seconds since 1970 or RFC 3339.
 * @throws PromqlError bad_data
 */
export function parseTime(name: string, text: string): EpochMs {
  if (DECIMAL.test(text) && Number.isFinite(Number(text))) {
    return Math.round(Number(text) * 1000);
  }
  const parsed = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(parsed)) {
    throw invalidParameter(name, `cannot parse "${text}" to a valid timestamp`);
  }
  return parsed;
}

/**
 * Reads a step: seconds or a duration such as `15s`.
 * @returns milliseconds, more than 0
 * @throws PromqlError bad_data
 */
export function parseStepMs(text: string): number {
  const milliseconds = DECIMAL.test(text) ? Number(text) * 1000 : parseDurationMs(text);
  if (milliseconds === undefined || !Number.isFinite(milliseconds)) {
    throw invalidParameter('step', `cannot parse "${text}" to a valid duration`);
  }
  if (milliseconds <= 0) {
    throw invalidParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer'
    );
  }
  return Math.max(1, Math.trunc(milliseconds));
}
