import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { classifyAddress, isAllowed } from './address-class.ts';

/** Id of an endpoint, a channel or a script, as runbooks write it. */
export const idSchema = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and "-"');
/** Path of a file. */
export const pathSchema = z.string().min(1).max(4096).regex(/^\//, 'an absolute path');
/** Host names that may be called without TLS. */
export const allowHttpSchema = z.array(z.string().min(1).max(253)).max(100).default([]);

const PLACEHOLDER = /^<.*>$|^(change.?me|placeholder|secret|password|token|todo|xxx+)$/i;
const MAX_FILE_CHARACTERS = 1_048_576;

/**
 * Reads a JSON file of the administrator.
 * @param variable environment variable that names the file; for messages
 * @throws ConfigError with the field at fault, never with a value
 */
export function readConfigFile<T>(variable: string, file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'names a file that is not JSON' : 'names a file that cannot be read';
    throw new ConfigError(variable, problem, 'Check path, permissions and content of the file.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || 'the file';
    throw new ConfigError(variable, `is wrong at ${field}: ${issue?.message ?? 'invalid'}`, 'Correct this field.');
  }
  return parsed.data;
}

/**
 * The one line of a secret's file.
 * @throws ConfigError when it cannot be read, is empty, a placeholder, or more than a line
 */
export function readSecretFile(variable: string, field: string, file: string): string {
  const value = readTextFile(variable, field, file).trim();
  if (value === '' || PLACEHOLDER.test(value) || !/^[\x20-\x7e]+$/.test(value)) {
    throw new ConfigError(variable, `is wrong at ${field}: the file holds no secret`, 'Put the secret on one line.');
  }
  return value;
}

/** @throws ConfigError */
export function readTextFile(variable: string, field: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_FILE_CHARACTERS) {
      throw new Error('too large');
    }
    return text;
  } catch {
    throw new ConfigError(variable, `is wrong at ${field}: the file cannot be read`, 'Check path and permissions.');
  }
}

/** What an address has to fulfil. */
export interface UrlRule {
  readonly allowPrivate: boolean;
  readonly allowHttp: readonly string[];
}

/**
 * Checks an address as far as that is possible before a connection: https, or http to a named host; no credentials, no
 * fragment; no literal address that would be refused.
 * @throws ConfigError; the address itself is not in the message, since it can hold a secret
 */
export function checkUrl(variable: string, field: string, text: string, { allowPrivate, allowHttp }: UrlRule): URL {
  const wrong = (problem: string, remedy: string) =>
    new ConfigError(variable, `is wrong at ${field}: ${problem}`, remedy);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw wrong('it is no https address', 'Write it like https://hooks.internal/path.');
  }
  if (url.protocol === 'http:' && !allowHttp.includes(url.hostname)) {
    throw wrong('it is not https', 'Use https, or name the host in allowHttp.');
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw wrong('it holds credentials or a fragment', 'Put credentials into a header with a secret file.');
  }
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && !isAllowed(literal, allowPrivate)) {
    const remedy = 'Use another host; allowPrivate opens private and loopback addresses only.';
    throw wrong(`it is a ${classifyAddress(literal)} address`, remedy);
  }
  return url;
}
