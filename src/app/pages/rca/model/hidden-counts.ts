const PSEUDONYM = /(?<![\p{L}\p{N}_])([A-Z]{2,12})_(\d{1,9})(?![\p{L}\p{N}_])/gu;
const KINDS: readonly string[] = ['HOST', 'IP', 'USER', 'EMAIL', 'SECRET', 'CARD', 'PHONE', 'ID', 'PRIVATE', 'NAME'];

/** How many values stand as pseudonyms (`IP_1`) in a request that would be sent, by kind; each value once. */
export function countHidden(body: string): Readonly<Record<string, number>> {
  const found = new Set([...body.matchAll(PSEUDONYM)].map(([pseudonym]) => pseudonym));
  const counts: Record<string, number> = {};
  for (const pseudonym of found) {
    const kind = pseudonym.slice(0, pseudonym.indexOf('_'));
    if (KINDS.includes(kind)) {
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}
