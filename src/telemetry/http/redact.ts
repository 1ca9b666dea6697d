const MAX_DETAIL = 300;

/** Replaces every secret in a text; texts of a server may echo what was sent to it. */
function redactSecrets(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret.length > 0) {
      redacted = redacted.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]');
    }
  }
  return redacted;
}

/** One line of at most 300 characters that holds no secret, from a text that a server sent. */
export function toDetail(text: string, secrets: readonly string[]): string {
  const line = redactSecrets(text, secrets)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL)}…` : line;
}

/**
 * A copy of a low-level error that is safe to log: its message without secrets and its code. The original may carry
 * the request with all its headers, so it is never passed on.
 */
export function redactCause(error: unknown, secrets: readonly string[]): Error {
  const message = error instanceof Error ? error.message : String(error);
  const copy = new Error(toDetail(message, secrets));
  const code = codeOf(error);
  return code === undefined ? copy : Object.assign(copy, { code });
}

/** The `code` of a Node error, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
