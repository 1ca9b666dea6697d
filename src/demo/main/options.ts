import { parseArgs } from 'node:util';
import { DemoError } from './errors.ts';

/** What the command line asks for. */
export interface DemoOptions {
  /** Port of the page on 127.0.0.1; undefined lets the smoke run take any free one. */
  readonly port: number;
  readonly seed: string;
  /** Simulated seconds per real second. */
  readonly speed: number;
  readonly historyMinutes: number;
  readonly showsHints: boolean;
  readonly smoke: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const DEFAULT_PORT = 3300;

export const HELP = `Causeway demo: a simulated shop, Causeway, and a page that stands in for Grafana. Everything stays on this machine.

  npm run demo                          start the demo and print its address
  npm run demo -- --smoke --json        run the scenarios without a browser and print one JSON line

  --port <n>               port of the page (default ${DEFAULT_PORT}; with --smoke any free one)
  --seed <text>            seed of the simulation (default 1)
  --speed <n>              simulated seconds per second, 0 to 600 (default 1)
  --history-minutes <n>    history before the start, 0 to 10080 (default 180)
  --no-browser-hint        print the address only
  --smoke                  inject faults, approve what Causeway proposes, check that the shop recovers
  --json                   print JSON lines instead of text
  --help                   this text
`;

/**
 * Reads the command line.
 * @throws DemoError naming the option that is unknown or out of range
 */
export function parseOptions(argv: readonly string[]): DemoOptions {
  const values = parseFlags(argv);
  const smoke = values.smoke ?? false;
  return {
    port: toNumber('port', values.port, smoke ? 0 : DEFAULT_PORT, 0, 65_535, true),
    seed: values.seed ?? '1',
    speed: toNumber('speed', values.speed, 1, 0, 600, false),
    historyMinutes: toNumber('history-minutes', values['history-minutes'], 180, 0, 10_080, true),
    showsHints: !(values['no-browser-hint'] ?? false),
    smoke,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
        'history-minutes': { type: 'string' },
        'no-browser-hint': { type: 'boolean' },
        smoke: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new DemoError('CAUSEWAY_DEMO_OPTION', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function toNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  minimum: number,
  maximum: number,
  isWhole: boolean
): number {
  if (text === undefined) {
    return fallback;
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= minimum && value <= maximum) || (isWhole && !Number.isInteger(value))) {
    const kind = isWhole ? 'a whole number' : 'a number';
    throw new DemoError('CAUSEWAY_DEMO_OPTION', `--${name} must be ${kind} from ${minimum} to ${maximum}`);
  }
  return value;
}
