import { TelemetryError, type FailureDetails, type TelemetryFailure } from '../errors.ts';
import type { PreparedConnection } from './connection.ts';
import { ResponseTooLarge } from './exchange.ts';
import { codeOf, redactCause } from './redact.ts';

const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH/;
const BROKEN_CODE = /PREMATURE_CLOSE|Z_BUF_ERROR/;
const MALFORMED_CODE = /^HPE_|Z_DATA_ERROR/;

/** Turns whatever a request threw into a typed error without secrets. The two signals tell who ended it. */
export function toFailure(
  connection: PreparedConnection,
  error: unknown,
  ended: { readonly cancelled: AbortSignal | undefined; readonly deadline: AbortSignal }
): TelemetryError {
  if (error instanceof TelemetryError) {
    return error;
  }
  const host = connection.base.host;
  const cause = redactCause(error, connection.secrets);
  if (ended.cancelled?.aborted) {
    return new TelemetryError(connection.source, 'cancelled', { host, cause });
  }
  if (ended.deadline.aborted) {
    const detail = `limit ${connection.timeoutMs / 1000} s.`;
    return new TelemetryError(connection.source, 'timeout', { host, detail, cause });
  }
  if (error instanceof ResponseTooLarge) {
    const detail = `limit ${connection.maxResponseBytes} bytes.`;
    return new TelemetryError(connection.source, 'too-large', { host, detail });
  }
  const details: FailureDetails = { host, cause, detail: `${codeOf(error) ?? cause.message}.` };
  return new TelemetryError(connection.source, failureOf(error), details);
}

function failureOf(error: unknown): TelemetryFailure {
  const code = codeOf(error) ?? '';
  if (TLS_CODE.test(code)) {
    return 'tls';
  }
  if (BROKEN_CODE.test(code) || (error instanceof Error && error.message === 'aborted')) {
    return 'truncated';
  }
  return MALFORMED_CODE.test(code) ? 'bad-reply' : 'unreachable';
}
