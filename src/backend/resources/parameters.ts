import type { z } from 'zod';
import type { EpochMs } from '#model';
import { BackendError } from '../errors.ts';

const MAX_EPOCH_MS = 8.64e15;

/**
 * Reads an epoch-ms parameter.
 * @returns undefined when it is not given
 * @throws BackendError naming the parameter
 */
export function readEpochMs(parameters: URLSearchParams, name: string): EpochMs | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') {
    return undefined;
  }
  const value = /^\d{1,16}(\.\d+)?$/.test(text) ? Math.round(Number(text)) : Number.NaN;
  if (!(value <= MAX_EPOCH_MS)) {
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The parameter ${name} is not a time in milliseconds since 1970.`
    );
  }
  return value;
}

/**
 * Reads a whole number.
 * @throws BackendError naming the parameter
 */
export function readWhole(
  parameters: URLSearchParams,
  name: string,
  bounds: { readonly fallback: number; readonly minimum: number; readonly maximum: number }
): number {
  const text = parameters.get(name);
  if (text === null || text === '') {
    return bounds.fallback;
  }
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.minimum && value <= bounds.maximum)) {
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The parameter ${name} is not a whole number from ${bounds.minimum} to ${bounds.maximum}.`
    );
  }
  return value;
}

/**
 * Reads a body of JSON.
 * @throws BackendError naming the field that is not usable, and why
 */
export function readBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The body is not JSON.', { cause });
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const field = issue?.path.join('.') || 'body';
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The field ${field} is not usable: ${issue?.message ?? 'invalid'}.`
    );
  }
  return result.data;
}
