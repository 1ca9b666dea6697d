/** What the command line asks for. */
export type Command =
  | {
      readonly kind: 'inject';
      readonly fault: string;
      readonly intensity: number;
      readonly minutes: number | undefined;
    }
  | { readonly kind: 'list' }
  | { readonly kind: 'clear'; readonly fault: string | undefined }
  | { readonly kind: 'help' };

/** A command with the world it is for. */
export interface ParsedArguments {
  readonly command: Command;
  readonly world: string;
}

/** Text of `--help`. */
export const USAGE = `Usage: npm run fault -- <command> [--world URL]

  list                                     faults that can be injected, and those that are active
  inject <fault> [--intensity 0.1..2] [--minutes n]
  clear [fault]                            one fault; without a name all faults and all actions

--world is the address that the demo prints; CAUSEWAY_WORLD_URL is used without it.
`;

/** The arguments cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line.
 * @param words the arguments after the script's name
 * @param defaultWorld address of the world when `--world` is missing
 * @throws UsageError
 */
export function parseArguments(words: readonly string[], defaultWorld: string | undefined): ParsedArguments {
  const options = new Map<string, string>();
  const positional: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--help' || word === '-h') {
      return { command: { kind: 'help' }, world: '' };
    }
    if (!word.startsWith('--')) {
      positional.push(word);
      continue;
    }
    const [name = '', inline] = word.slice(2).split('=', 2);
    const value = inline ?? words[++i];
    if (!['world', 'intensity', 'minutes'].includes(name) || value === undefined) {
      throw new UsageError(`Unknown or incomplete option ${word}.`);
    }
    options.set(name, value);
  }
  return { command: toCommand(positional, options), world: toWorld(options.get('world') ?? defaultWorld) };
}

function toCommand([verb, fault, ...rest]: readonly string[], options: ReadonlyMap<string, string>): Command {
  if (rest.length > 0) {
    throw new UsageError(`Unexpected argument ${rest[0]}.`);
  }
  switch (verb) {
    case 'list':
      return { kind: 'list' };
    case 'clear':
      return { kind: 'clear', fault };
    case 'inject':
      if (fault === undefined) {
        throw new UsageError('inject needs the name of a fault.');
      }
      return {
        kind: 'inject',
        fault,
        intensity: toNumber(options, 'intensity', 0.1, 2) ?? 1,
        minutes: toNumber(options, 'minutes', 1, 1440),
      };
    default:
      throw new UsageError(verb === undefined ? 'A command is missing.' : `Unknown command ${verb}.`);
  }
}

function toNumber(options: ReadonlyMap<string, string>, name: string, min: number, max: number): number | undefined {
  const text = options.get(name);
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
    throw new UsageError(`--${name} must be a number from ${min} to ${max}.`);
  }
  return value;
}

function toWorld(text: string | undefined): string {
  const url = text === undefined ? null : URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError('--world must be the http address of a world, for example http://127.0.0.1:8080.');
  }
  return text?.replace(/\/+$/, '') ?? '';
}
