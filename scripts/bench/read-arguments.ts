import { parseArgs, type ParseArgsConfig } from 'node:util';
import { BenchError } from './packs/bench-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The two kinds of options that benches have. */
export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;

/**
 * The options of a bench's command line, each missing where it was not given.
 * @param usage  one line on how to call the command; part of every error
 * @throws BenchError (usage) naming the argument
 */
export function readArguments<const Given extends Options>(args: readonly string[], options: Given, usage: string) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${usage}`, { usage: true, cause });
  }
}

/** A whole number within bounds. @throws BenchError (usage) naming the argument */
export function wholeNumber(
  name: string,
  text: string,
  [least, most]: readonly [number, number],
  usage: string
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BenchError(`${name} cannot be "${text}".\n${usage}`, { usage: true });
  }
  return value;
}
