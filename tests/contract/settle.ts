import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 500;

/**
 * Asks until the answer is yes; an error counts as no.
 * @throws Error that names what did not come
 */
export async function retrying(what: string, limitMs: number, ask: () => Promise<boolean>): Promise<void> {
  let last: unknown = 'it said no';
  for (const end = performance.now() + limitMs; performance.now() < end; await delay(PAUSE_MS)) {
    try {
      if (await ask()) {
        return;
      }
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what} did not come within ${limitMs / 1000} s: ${String(last)}`);
}
