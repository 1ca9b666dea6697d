const CLOCK_FORMAT = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** Time of day to the second in the browser's zone: `10:31:15`. For where the day is said elsewhere. */
export function formatClock(atMs: number): string {
  return Number.isFinite(atMs) ? CLOCK_FORMAT.format(atMs) : 'unknown time';
}
