import { z } from 'zod';
import { HostError } from './errors.ts';

const changeSchema = z.object({
  enabled: z.boolean().optional(),
  pinned: z.boolean().optional(),
  jsonData: z.record(z.string(), z.unknown()).nullish(),
  secureJsonData: z.record(z.string(), z.string()).nullish(),
});

/** Settings of one plugin or datasource; secrets can be written, never read by the browser. */
export interface StoredSettings {
  readonly enabled: boolean;
  readonly pinned: boolean;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData: Readonly<Record<string, string>>;
  readonly updatedMs: number;
}

/** What the browser may know of the secrets: which of them are set. */
export function toSecureFields(settings: StoredSettings): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.keys(settings.secureJsonData).map((name) => [name, true]));
}

/**
 * Applies a change as Grafana does: `jsonData` is replaced, secrets are merged, everything else stays.
 * @throws HostError naming the field that is wrong
 */
export function changeSettings(settings: StoredSettings, body: unknown, nowMs: number): StoredSettings {
  const parsed = changeSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HostError(
      'CAUSEWAY_HOST_BAD_REQUEST',
      `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'wrong'}`
    );
  }
  const change = parsed.data;
  return {
    enabled: change.enabled ?? settings.enabled,
    pinned: change.pinned ?? settings.pinned,
    jsonData: change.jsonData ?? settings.jsonData,
    secureJsonData: { ...settings.secureJsonData, ...change.secureJsonData },
    // Two changes within a millisecond must still differ: backends cache clients by this number.
    updatedMs: Math.max(nowMs, settings.updatedMs + 1),
  };
}
