import { HostError } from './errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Reads one end of a query's time range.
 * @param value epoch ms as number or text, `now`, or `now-<n><s|m|h|d|w>`
 * @param nowMs the shop's time
 * @returns epoch ms
 * @throws HostError for anything else
 */
export function parseQueryTime(value: string | number, nowMs: number): number {
  const text = String(value).trim();
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  const relative = /^now(?:-(\d{1,9})([smhdw]))?$/.exec(text);
  if (!relative) {
    throw new HostError(
      'CAUSEWAY_HOST_BAD_REQUEST',
      `from, to: "${text.slice(0, 40)}" is neither epoch ms nor now-<n><unit>`
    );
  }
  return nowMs - Number(relative[1] ?? 0) * (UNIT_MS[relative[2] ?? 's'] ?? 0);
}
