import { formatMinute, formatTimeOfDay } from '#ui';

/** A stretch of time, the day once where it is the same: `Nov 21, 13:54 to 14:00`. In the browser's zone. */
export function formatStretch(fromMs: number, toMs: number): string {
  const isSameDay = new Date(fromMs).toDateString() === new Date(toMs).toDateString();
  return `${formatMinute(fromMs)} to ${isSameDay ? formatTimeOfDay(toMs) : formatMinute(toMs)}`;
}
