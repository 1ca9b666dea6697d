import type { Labels, LogSeverity } from '#model';

/** What is mined of one log line. */
export interface LogMessage {
  readonly message: string;
  readonly severity: LogSeverity;
}

const MESSAGE_KEYS = ['msg', 'message', 'log', 'event', 'body', 'text', '@message', 'error', 'err', 'exception'];
const LEVEL_KEYS = ['level', 'severity', 'lvl', 'loglevel', 'log_level', 'levelname', 'severity_text', 'log.level'];
const LEVEL_LABELS = ['level', 'severity', 'severity_text', 'detected_level'];
/** Fields that say when or which one, never what. */
const NOT_CONTENT =
  /^(?:@?timestamp|ts|time|date|trace_?id|span_?id|parent_?id|request_?id|correlation_?id|pod|host|hostname|pid|thread)$/i;
/** Longest text that is parsed as JSON. */
const MAX_JSON = 16_384;
const MAX_FIELDS = 40;

const LEVELS: ReadonlyMap<string, LogSeverity> = new Map<string, LogSeverity>([
  ...['error', 'err', 'fatal', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic', 'severe', 'e', 'f'].map(
    (name) => [name, 'error'] as const
  ),
  ...['warn', 'warning', 'w'].map((name) => [name, 'warning'] as const),
  ...['info', 'information', 'notice', 'debug', 'trace', 'verbose', 'fine', 'i', 'd', 't'].map(
    (name) => [name, 'info'] as const
  ),
]);

const ERROR_WORD = /\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG)\b|^\W*(?:error|fatal|panic|critical)\b|^E\d{4} /;
const WARNING_WORD = /\bWARN(?:ING)?\b|^\W*warn(?:ing)?\b|^W\d{4} /;
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]{1,12})\b/;
const LOGFMT_MESSAGE = /(?:^|\s)(?:msg|message)=(?:"((?:[^"\\]|\\.){0,4096})|(\S{1,4096}))/;
const BROKEN_MESSAGE = /"(?:msg|message)"\s*:\s*"((?:[^"\\]|\\.){0,4096})/;
const BROKEN_LEVEL = /"(?:level|severity|lvl)"\s*:\s*"([A-Za-z]{1,12})"/;

/**
 * Finds the text to mine and the severity of a log line: JSON (its message field, also one level inside a wrapper such as
 * Docker's), logfmt, or the line itself.
 *
 * A JSON line without a message becomes its fields as `key= value`, without times and ids. The level comes from a field,
 * else from a label of the stream, else from words that loggers write; an unknown one is `info`.
 *
 * @param line  hostile text of any length
 * @param labels  labels of the stream
 * @returns the message, as it was, and its severity
 * Cost O(length); only the first 16 kB are parsed. Never throws.
 */
export function toLogMessage(line: string, labels: Labels = {}): LogMessage {
  const first = line.charCodeAt(0) <= 32 ? line.slice(0, MAX_JSON).trimStart() : line;
  if (first.charCodeAt(0) === 123) {
    const fields = first.length <= MAX_JSON ? parseObject(first) : undefined;
    return fields ? fromFields(fields, labels, 0) : fromBrokenJson(first.slice(0, MAX_JSON), labels);
  }
  return fromText(first.slice(0, MAX_JSON), labels);
}

function fromText(text: string, labels: Labels): LogMessage {
  const logfmt = text.includes('=') ? LOGFMT_MESSAGE.exec(text) : null;
  const level = text.includes('=') ? LEVELS.get((LOGFMT_LEVEL.exec(text)?.[1] ?? '').toLowerCase()) : undefined;
  const message = logfmt ? (logfmt[1] ?? logfmt[2] ?? '') : text;
  return { message, severity: level ?? severityOf(message, labels) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function fromFields(fields: Readonly<Record<string, unknown>>, labels: Labels, depth: number): LogMessage {
  const level = levelOf(fields);
  const key = MESSAGE_KEYS.find((name) => typeof fields[name] === 'string' && fields[name] !== '');
  const text = key === undefined ? undefined : (fields[key] as string);
  if (text === undefined) {
    const message = describeFields(fields);
    return { message, severity: level ?? severityOf(message, labels) };
  }
  if (depth === 0 && text.charCodeAt(0) === 123) {
    const inner = text.length <= MAX_JSON ? parseObject(text) : undefined;
    if (inner) {
      const found = fromFields(inner, labels, 1);
      return levelOf(inner) === undefined && level ? { ...found, severity: level } : found;
    }
  }
  return { message: text, severity: level ?? severityOf(text, labels) };
}

function fromBrokenJson(text: string, labels: Labels): LogMessage {
  const message = BROKEN_MESSAGE.exec(text)?.[1] ?? text;
  const level = LEVELS.get((BROKEN_LEVEL.exec(text)?.[1] ?? '').toLowerCase());
  return { message, severity: level ?? severityOf(message, labels) };
}

function levelOf(fields: Readonly<Record<string, unknown>>): LogSeverity | undefined {
  for (const key of LEVEL_KEYS) {
    const value = fields[key];
    if (typeof value === 'string') {
      const level = LEVELS.get(value.toLowerCase());
      if (level) {
        return level;
      }
    } else if (typeof value === 'number') {
      return numericLevel(value);
    }
  }
  return undefined;
}

/** Syslog counts down from 7, bunyan and pino count up from 10. */
function numericLevel(value: number): LogSeverity {
  if (value >= 0 && value <= 7) {
    return value <= 3 ? 'error' : value <= 4 ? 'warning' : 'info';
  }
  return value >= 50 ? 'error' : value >= 40 ? 'warning' : 'info';
}

function severityOf(message: string, labels: Labels): LogSeverity {
  for (const name of LEVEL_LABELS) {
    const level = LEVELS.get((labels[name] ?? '').toLowerCase());
    if (level) {
      return level;
    }
  }
  const head = message.slice(0, 500);
  return ERROR_WORD.test(head) ? 'error' : WARNING_WORD.test(head) ? 'warning' : 'info';
}

function describeFields(fields: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(fields).slice(0, MAX_FIELDS)) {
    if (!NOT_CONTENT.test(key) && !LEVEL_KEYS.includes(key)) {
      parts.push(`${key}= ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    }
  }
  return parts.join(' ');
}
