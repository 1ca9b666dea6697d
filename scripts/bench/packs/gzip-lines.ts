import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BenchError } from './bench-error.ts';

/**
 * The lines of a gzip text file; LF and CRLF alike, with or without a line end after the last.
 * @throws BenchError naming the file
 */
export function readGzipLines(file: string): readonly string[] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file)).toString('latin1');
  } catch (cause) {
    throw new BenchError(
      `${file}: cannot be read as gzip (${cause instanceof Error ? cause.message : String(cause)}).`,
      {
        cause,
      }
    );
  }
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') {
    lines.pop();
  }
  return lines;
}

/** A decimal number, or NaN for anything else (an empty field too). */
export function toDecimal(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}
