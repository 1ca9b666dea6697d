/** Levels of hclog, as strings on the wire. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Writes one log line with optional keys. Never throws. */
export type Log = (level: LogLevel, message: string, keys?: Readonly<Record<string, unknown>>) => void;

/** The host splits and downgrades lines above 64 KiB. */
const MAX_LINE_BYTES = 60_000;
const MAX_MESSAGE_LENGTH = 10_000;
const MAX_VALUE_LENGTH = 2_000;

/**
 * Makes one line of hclog's JSON format, without line break.
 *
 * `@message`, `@level` and `@timestamp` are always strings and cannot be overridden by keys: any other type panics the host.
 * The timestamp has exactly six fractional digits, otherwise the host takes the whole line as raw text.
 *
 * @param atMs  real time, epoch ms
 */
export function toLogLine(
  level: LogLevel,
  message: string,
  keys: Readonly<Record<string, unknown>>,
  atMs: number
): string {
  const fixed = {
    '@level': level,
    '@message': clip(String(message), MAX_MESSAGE_LENGTH),
    '@timestamp': new Date(atMs).toISOString().replace('Z', '000Z'),
  };
  const line = JSON.stringify({ ...safeKeys(keys), ...fixed });
  return Buffer.byteLength(line) <= MAX_LINE_BYTES ? line : JSON.stringify({ truncated: 'true', ...fixed });
}

/**
 * A log for the host to read.
 * @param write  takes one line with its line break, by default to stderr
 */
export function createLog(
  write: (line: string) => void = (line) => process.stderr.write(line),
  now: () => number = Date.now
): Log {
  return (level, message, keys = {}) => {
    try {
      write(`${toLogLine(level, message, keys, now())}\n`);
    } catch {
      // A log that fails must not take the caller down; where stderr is gone, the process ends by its error event.
    }
  };
}

/** The text of anything that was thrown, with its stack where it has one. */
export function describeThrown(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? `${thrown.name}: ${thrown.message}`) : String(thrown);
}

function safeKeys(keys: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const safe: Record<string, string | number | boolean> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(keys)) {
    safe[name.replace(/^@+/, '')] = safeValue(value);
  }
  return safe;
}

function safeValue(value: unknown): string | number | boolean {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
    return value;
  }
  return clip(value instanceof Error ? describeThrown(value) : toText(value), MAX_VALUE_LENGTH);
}

function toText(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return '[unprintable]';
  }
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}
