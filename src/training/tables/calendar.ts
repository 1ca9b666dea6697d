/** Calendar columns of one instant, in the local time of an offset. */
export interface CalendarFields {
  readonly hourOfDay: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly dayOfWeek: number;
  readonly dayOfMonth: number;
  readonly isWeekend: boolean;
  /** 9 to 18 o'clock on a weekday. */
  readonly isBusinessHour: boolean;
  /** 10 to 12 and 14 to 16 o'clock. */
  readonly isPeakHour: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Calendar fields of an instant.
 * @param atMs  epoch ms
 * @param utcOffsetSeconds  offset of local time at that instant
 * Cost O(1). Source: A2.12.
 */
export function calendarFields(atMs: number, utcOffsetSeconds: number): CalendarFields {
  const local = atMs + utcOffsetSeconds * 1000;
  const hourOfDay = Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000);
  // 1970-01-01 was a Thursday.
  const dayOfWeek = ((((Math.floor(local / DAY_MS) + 3) % 7) + 7) % 7) + 1;
  const isWeekend = dayOfWeek >= 6;
  return {
    hourOfDay,
    dayOfWeek,
    dayOfMonth: new Date(local).getUTCDate(),
    isWeekend,
    isBusinessHour: !isWeekend && hourOfDay >= 9 && hourOfDay < 18,
    isPeakHour: (hourOfDay >= 10 && hourOfDay < 12) || (hourOfDay >= 14 && hourOfDay < 16),
  };
}
