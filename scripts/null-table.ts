// Measures the null table of the single-series engine: what the mean of calibrated members looks like when nothing is
// wrong. `node scripts/null-table.ts` writes src/engine/anomaly/series/null-rows.ts; run it after any change of a member.
import { writeFileSync } from 'node:fs';
import { measureNullRows, NULL_COLUMNS } from '../src/engine/testing/null-streams.ts';

const rows = measureNullRows((done, all) => process.stderr.write(`\r${done}/${all} streams`));
process.stderr.write('\n');
const lines = rows.map((row) => `  ${row.map((value) => value.toFixed(3)).join(', ')},`);
const text = `/**
 * Written by scripts/null-table.ts: per member set (1 to 255, bits in the order of SERIES_DETECTORS; then the detectors
 * for comparison alone), the values of the 3-point mean of the members' mean surprisal that are exceeded with probability 1e-1 to 1e-5 on healthy streams.
 */
// prettier-ignore
export const NULL_ROWS: readonly number[] = [
${lines.join('\n')}
];
`;
writeFileSync(new URL('../src/engine/anomaly/series/null-rows.ts', import.meta.url), text);
process.stdout.write(`${rows.length} rows of ${NULL_COLUMNS}\n`);
