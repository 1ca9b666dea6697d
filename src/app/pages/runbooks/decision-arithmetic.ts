import type { JsonValue } from '#contracts';

/** The arithmetic of a recommendation in sentences: what rule, history and default say, and which one decided. */
export function readArithmetic(arithmetic: JsonValue): readonly string[] {
  const { rule, history, fallback, reason } = toObject(arithmetic);
  const named = toObject(rule);
  const past = toObject(history);
  const other = toObject(fallback);
  return [
    ...(rule === undefined
      ? ['Rule: none fits.']
      : [`Rule: ${text(named.action)}, confidence ${text(named.confidence)}.`]),
    ...(history === undefined
      ? ['History: no similar cases.']
      : [
          `History: ${text(past.action)} was verified to help in ${text(past.verified)} of ${text(past.tried)}, success rate ${text(past.successRate)}, among the last ${text(past.cases)} similar cases.`,
        ]),
    ...(fallback === undefined ? [] : [`Default: ${text(other.action)}, confidence ${text(other.confidence)}.`]),
    ...(typeof reason === 'string' ? [`Decided: ${reason}.`] : []),
  ];
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown';
}
