import path from 'node:path';

const HERE = path.join(import.meta.dirname, 'fixtures');

/** Four public cases with independent golden values; see fixtures/README.md for their origin and licence. */
export const FIXTURES = {
  pack: path.join(HERE, 'pack'),
  golden: path.join(HERE, 'golden'),
  weights: path.join(HERE, 'reference-weights.json.gz'),
} as const;
