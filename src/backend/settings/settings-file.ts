import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BackendError } from '../errors.ts';
import { parseSecrets, parseSettings } from './parse-settings.ts';
import type { SettingsSnapshot } from './snapshot.ts';

const MAX_FILE_LENGTH = 262_144;

const fileSchema = z.strictObject({
  /** uid of the datasource these settings belong to, where it is known. */
  uid: z.string().min(1).max(200).default('settings-file'),
  jsonData: z.record(z.string(), z.unknown()),
  secureJsonData: z.record(z.string(), z.string()).default({}),
});

/**
 * Reads `CAUSEWAY_SETTINGS_FILE`: `{ "uid"?, "jsonData", "secureJsonData"? }`, for a watch that starts before the first call.
 * @throws BackendError `CAUSEWAY_SETTINGS_INVALID`, naming the file's field but never its content
 */
export function readSettingsFile(path: string): SettingsSnapshot {
  let content: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    content = text.length > MAX_FILE_LENGTH ? undefined : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read';
    throw new BackendError('CAUSEWAY_SETTINGS_INVALID', `CAUSEWAY_SETTINGS_FILE is not usable: ${reason}.`);
  }
  const result = fileSchema.safeParse(content);
  if (!result.success) {
    const field = result.error.issues[0]?.path.join('.') || 'the whole file';
    throw new BackendError(
      'CAUSEWAY_SETTINGS_INVALID',
      `CAUSEWAY_SETTINGS_FILE is not usable: ${field} is missing or wrong.`,
      {
        remedy: 'Write { "uid", "jsonData", "secureJsonData" } with the settings of the data source.',
      }
    );
  }
  const { uid, jsonData, secureJsonData } = result.data;
  return {
    uid,
    key: `${uid}\nfile`,
    settings: parseSettings(JSON.stringify(jsonData)),
    secrets: parseSecrets(secureJsonData),
  };
}
