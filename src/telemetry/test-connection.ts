import { TelemetryError } from './errors.ts';
import type { ReadOptions } from './prometheus/client.ts';

/** Outcome of a health check. `version` is missing when the server answers but does not tell. */
export type ConnectionTest =
  { readonly ok: true; readonly version?: string } | { readonly ok: false; readonly error: TelemetryError };

/**
 * Asks a source for its version, or for anything it must answer. Never throws a `TelemetryError`; its message and
 * remedy can be shown as they are.
 */
export async function testConnection(
  client: { readonly buildInfo: (options?: ReadOptions) => Promise<{ readonly version: string | undefined }> },
  options: ReadOptions = {}
): Promise<ConnectionTest> {
  try {
    const { version } = await client.buildInfo(options);
    return version === undefined ? { ok: true } : { ok: true, version };
  } catch (error) {
    if (error instanceof TelemetryError) {
      return { ok: false, error };
    }
    throw error;
  }
}
