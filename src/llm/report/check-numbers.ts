import type { ReportPayload } from '../payload.ts';

/** Digits that do not belong to a name such as `p99` or `orders-2`. */
const NUMBER = /(?<![\p{L}\p{N}_.-])\d+(?:,\d{3})*(?:\.\d+)?(?![\p{N}_]|\.\d)/gu;
const CLOCK_TIME = /\b\d{1,2}:\d{2}(?::\d{2})?\b/g;
/** A number may be worded in percent, milliseconds, or decimal and binary multiples of bytes. */
const SCALES = [1, 100, 1000, 1e-3, 1e-6, 1e-9, 2 ** -10, 2 ** -20, 2 ** -30];
const TOLERANCE = 0.008;

/** Numbers and times of a text that the report does not contain, also not in another unit or as a ratio. */
export function unknownNumbers(text: string, payload: ReportPayload): readonly string[] {
  const json = JSON.stringify(payload);
  const times = (text.match(CLOCK_TIME) ?? []).filter((time) => !json.includes(time));
  const known = numbersOf(payload, json);
  const numbers = (text.replace(CLOCK_TIME, ' ').match(NUMBER) ?? []).filter(
    (word) => !isKnown(Number(word.replaceAll(',', '')), decimalsOf(word), known)
  );
  return [...times, ...numbers];
}

function isKnown(value: number, decimals: number, known: readonly number[]): boolean {
  const rounding = 0.5 * 10 ** -decimals;
  return known.some((number) =>
    SCALES.some((scale) => {
      const difference = Math.abs(number * scale - value);
      return difference <= Math.abs(value) * TOLERANCE || (value !== 0 && scale <= 1 && difference <= rounding * 0.999);
    })
  );
}

function decimalsOf(word: string): number {
  return word.split('.')[1]?.length ?? 0;
}

/** Every number of the report, in values and in texts, and how many times larger each observation is. */
function numbersOf(payload: ReportPayload, json: string): readonly number[] {
  const facts = json
    .replace(/\d{4}-\d{2}-\d{2}T[\d:]+Z/g, '')
    .replace(/"(?:number|rank)":\d+|"evidence":\[[\d,]*\]/g, '');
  const written = (facts.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? []).map(Number);
  const ratios = payload.evidence.flatMap(({ observed, baseline }) =>
    observed !== undefined && baseline ? [Math.abs(observed / baseline), Math.abs(observed / baseline - 1)] : []
  );
  return [...written, ...ratios].filter(Number.isFinite);
}
