const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const MAX_KNOWN = 5000;

/**
 * The offset of local time from UTC, in seconds, as a function of the instant. Answers are remembered per quarter of an
 * hour, on which every clock change of the time-zone database falls.
 * @throws RangeError when the platform does not know the zone
 */
export function utcOffset(timeZone: string): (atMs: number) => number {
  if (timeZone === 'UTC') {
    return () => 0;
  }
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const remembered = known.get(quarter);
    if (remembered !== undefined) {
      return remembered;
    }
    const startMs = quarter * QUARTER_MS;
    const parts = new Map(format.formatToParts(startMs).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const localMs = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second')
    );
    const seconds = (localMs - startMs) / 1000;
    if (known.size >= MAX_KNOWN) {
      known.clear();
    }
    known.set(quarter, seconds);
    return seconds;
  };
}

/** The newest instant at or before `atMs` at which local clocks showed a full hour. A day without that hour has none. */
export function lastHourOfDay(atMs: number, hour: number, offset: (atMs: number) => number): number {
  for (let full = Math.floor(atMs / QUARTER_MS) * QUARTER_MS; full > atMs - 49 * HOUR_MS; full -= QUARTER_MS) {
    if (isHourOfDay(full, hour, offset)) {
      return full;
    }
  }
  return Math.floor(atMs / (24 * HOUR_MS)) * 24 * HOUR_MS;
}

/** The first instant after `atMs` at which local clocks show a full hour: where clocks go back, the same hour again. */
export function nextHourOfDay(atMs: number, hour: number, offset: (atMs: number) => number): number {
  const first = (Math.floor(atMs / QUARTER_MS) + 1) * QUARTER_MS;
  for (let full = first; full < atMs + 50 * HOUR_MS; full += QUARTER_MS) {
    if (isHourOfDay(full, hour, offset)) {
      return full;
    }
  }
  return first + 24 * HOUR_MS;
}

function isHourOfDay(atMs: number, hour: number, offset: (atMs: number) => number): boolean {
  const local = new Date(atMs + offset(atMs) * 1000);
  return local.getUTCHours() === hour && local.getUTCMinutes() === 0 && local.getUTCSeconds() === 0;
}
