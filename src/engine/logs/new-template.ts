import type { EpochMs, LogSeverity } from '#model';

const WEIGHTS: Readonly<Record<LogSeverity, number>> = { info: 1, warning: 3, error: 10 };

/** A template that was not seen for so long is new again. */
export const FORGET_TEMPLATE_MS: EpochMs = 7 * 86_400_000;
/** So long a new template stays news. */
export const NEWS_MS: EpochMs = 3_600_000;

/**
 * Surprisal of a template that was never seen before: `2 + log10(weight) + min(2, log10(count))`, weight 1 for news, 3 for
 * warnings, 10 for errors.
 *
 * One new error line begins at 3 (warning), ten at 4 (alert), a hundred at 5 (critical); one news line stays at 2.
 *
 * @param severity  of the template
 * @param count  lines of the bin, at least 1
 * @returns 2 to 5
 * Cost O(1). Ref: detection 11 (a).
 */
export function newTemplateSurprisal(severity: LogSeverity, count: number): number {
  return 2 + Math.log10(WEIGHTS[severity]) + Math.min(2, Math.log10(Math.max(1, count)));
}
