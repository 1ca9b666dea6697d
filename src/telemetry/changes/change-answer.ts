import type { ChangeEvent, DataGap } from '#model';

/** Changes in order of time, and what could not be read. */
export interface ChangeAnswer {
  readonly changes: readonly ChangeEvent[];
  readonly gaps: readonly DataGap[];
}

/** A text on one line, cut to a length; undefined for anything that is no text. */
export function toOneLine(value: unknown, maxLength: number): string | undefined {
  return typeof value === 'string'
    ? value
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, maxLength)
    : undefined;
}
