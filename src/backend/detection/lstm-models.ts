import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { decodeLstm } from '#engine';
import { BackendError } from '../errors.ts';

/** Trained weights by service, with the features they were trained on. Plain data: it is handed to another thread. */
export type LstmModels = Readonly<
  Record<string, { readonly features: readonly string[]; readonly weights: Uint8Array }>
>;

const MAX_GATE_BYTES = 4 * 1024 * 1024;
const MAX_WEIGHT_BYTES = 16 * 1024 * 1024;
const REMEDY = 'Run "npm run train:lstm -- --out DIR" for this installation and name that directory.';

const gateSchema = z.object({
  schema: z.literal('causeway.lstm-gate/1'),
  passes: z.boolean(),
  services: z
    .array(
      z.object({
        name: z.string().min(1).max(253),
        file: z.string().regex(/^[^/\\]{1,300}\.lstm$/),
        features: z.array(z.string().max(400)).min(1).max(512),
      })
    )
    .max(5000),
});

/**
 * Reads the LSTMs of a directory that `npm run train:lstm` wrote. None where they did not pass their gate.
 * @throws BackendError `CAUSEWAY_SETTINGS_INVALID` naming the file that cannot be used
 */
export function readLstmModels(directory: string): LstmModels {
  const gate = gateSchema.safeParse(parseJson(read(directory, 'gate.json', MAX_GATE_BYTES)));
  if (!gate.success) {
    throw invalid(`gate.json: ${gate.error.issues[0]?.path.join('.') || 'it'} is missing or wrong`);
  }
  const { passes, services } = gate.data;
  return Object.fromEntries(
    (passes ? services : []).map(({ name, file, features }) => {
      const weights = Uint8Array.from(read(directory, file, MAX_WEIGHT_BYTES));
      try {
        decodeLstm(weights);
      } catch (cause) {
        throw invalid(`${file}: ${cause instanceof Error ? cause.message : 'it cannot be read'}`);
      }
      return [name, { features, weights }];
    })
  );
}

/** The weights for a table of features of one service; undefined where it was trained on others. */
export function weightsFor(models: LstmModels | undefined, features: readonly string[]) {
  const found = Object.values(models ?? {}).find(
    (model) => model.features.length === features.length && model.features.every((id, j) => id === features[j])
  );
  return found && decodeLstm(found.weights);
}

function read(directory: string, file: string, maxBytes: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path.join(directory, file));
  } catch {
    throw invalid(`${file} cannot be read`);
  }
  if (bytes.length > maxBytes) {
    throw invalid(`${file} is too large`);
  }
  return bytes;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalid(reason: string): BackendError {
  return new BackendError('CAUSEWAY_SETTINGS_INVALID', `CAUSEWAY_MODELS_DIR is not usable: ${reason}.`, {
    remedy: REMEDY,
  });
}
