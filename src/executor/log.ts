/** One structured log line. Values are short facts, never bodies, headers or secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the executor reports what it does. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Replaces every known secret in a text; the last net below "never put one there". */
export type Redact = (text: string) => string;

/** @param secrets values to hide; those shorter than 8 characters are ignored, they would mangle ordinary words */
export function redactor(secrets: readonly string[]): Redact {
  const hidden = secrets.filter((secret) => secret.length >= 8).sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}

/** JSON lines through `write`, redacted. */
export function jsonLog(write: (line: string) => void, redact: Redact): Log {
  const line = (level: string) => (message: string, fields?: LogFields) => {
    write(redact(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })) + '\n');
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** Name and message of whatever was thrown, for a log field. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : String(error).slice(0, 500);
}
