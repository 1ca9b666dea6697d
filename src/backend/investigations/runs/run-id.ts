import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new ULID (https://github.com/ulid/spec): sorts by time, never repeats. */
export function newRunId(atMs: number): string {
  let time = '';
  for (let rest = Math.floor(atMs), i = 0; i < 10; i += 1) {
    time = `${ALPHABET[rest % 32]}${time}`;
    rest = Math.floor(rest / 32);
  }
  return time + [...randomBytes(16)].map((byte) => ALPHABET[byte % 32]).join('');
}
