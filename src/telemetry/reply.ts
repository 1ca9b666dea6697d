import { TelemetryError, type TelemetrySource } from './errors.ts';

/** An object of a foreign reply; nothing about its fields is known. */
export type ForeignObject = Readonly<Record<string, unknown>>;

/** Reads fields of a foreign reply; every mismatch is a `bad-reply` that names the field. */
export interface ReplyReader {
  object(value: unknown, field: string): ForeignObject;
  array(value: unknown, field: string): readonly unknown[];
  text(value: unknown, field: string): string;
  /** A map from text to text. Safe for keys such as `__proto__`. */
  labels(value: unknown, field: string): Readonly<Record<string, string>>;
  fail(problem: string): never;
}

/** A reader whose errors name the source and its host. */
export function createReplyReader(source: TelemetrySource, host: string): ReplyReader {
  const fail = (problem: string): never => {
    throw new TelemetryError(source, 'bad-reply', { host, detail: problem });
  };
  const object = (value: unknown, field: string): ForeignObject =>
    isObject(value) ? value : fail(`field ${field} is not an object.`);
  const text = (value: unknown, field: string): string =>
    typeof value === 'string' ? value : fail(`field ${field} is not a text.`);
  return {
    object,
    array: (value, field) => (Array.isArray(value) ? (value as unknown[]) : fail(`field ${field} is not a list.`)),
    text,
    labels: (value, field) =>
      Object.fromEntries(
        Object.entries(object(value, field)).map(([name, label]) => [name, text(label, `${field}.${name}`)])
      ),
    fail,
  };
}

/** Whether a foreign value is an object and not a list. */
export function isObject(value: unknown): value is ForeignObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
