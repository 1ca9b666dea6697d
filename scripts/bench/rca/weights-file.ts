import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseRankingWeights, RankingWeightsError, WEIGHTS_SCHEMA, type RankingWeights } from '#engine';
import { asFields } from './json-fields.ts';
import { PackError } from './pack-error.ts';

/** Reads a weights file, plain or gzip, ours or that of the reference. @throws PackError naming the field and the remedy */
export function readWeightsFile(file: string): RankingWeights {
  let value: unknown;
  try {
    const bytes = readFileSync(file);
    value = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (cause) {
    throw new PackError('--weights', `${file} cannot be read as JSON`, 'Name a weights file.', cause);
  }
  try {
    return parseRankingWeights(fromReference(value));
  } catch (cause) {
    if (cause instanceof RankingWeightsError) {
      throw new PackError(`--weights ${cause.field}`, cause.message, cause.remedy, cause);
    }
    throw cause;
  }
}

/** The layout of the reference implementation, brought into ours. Other values are returned as they are. */
export function fromReference(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('linear_l2_0_05' in value) || !('gnn' in value)) {
    return value;
  }
  const { features, rawFeatures, prior, linear_l2_0_05: linear, gnn } = asFields(value, 'weights');
  const { mix, simOnly } = asFields(gnn, 'weights.gnn');
  return {
    schema: WEIGHTS_SCHEMA,
    version: 'reference',
    trainedOn: ['reference'],
    features,
    rawFeatures,
    prior,
    linear,
    networks: { mix, simOnly },
  };
}
