import type { Evidence, RcaReport } from '#model';

/** Digits that are no part of a name, of a time of day, or of an id. */
const NUMBER = /(?<![\p{L}\p{N}_.:/-])\d+(?:\.\d+)?(?![\p{L}\p{N}_:/-]|\.\d)/gu;
/** A value may be worded as percent, milliseconds, KiB, MiB or GiB. */
const SCALES = [1, 100, 1000, 2 ** -10, 2 ** -20, 2 ** -30, 1 / 60, 1e-3];
/** Sentences round to two significant digits: half a unit of the second is at most 5 % of the value. */
const ROUNDING = 0.051;

/** Numbers of a sentence that stand in no fact that it cites, and in no count of the report. */
export function strangeNumbers(sentence: string, facts: readonly Evidence[], report?: RcaReport): readonly string[] {
  const quoted = /"[^"]*"|\{[^}]*\}|`[^`]*`/g;
  const known = [...facts.flatMap(numbersOf), ...(report ? countsOf(report) : [])];
  const words = sentence.replace(quoted, ' ').match(NUMBER) ?? [];
  return words.filter((word) => !isKnown(Number(word), known));
}

function isKnown(value: number, known: readonly number[]): boolean {
  return known.some((number) =>
    SCALES.some((scale) => Math.abs(number * scale - value) <= Math.max(Math.abs(number * scale) * ROUNDING, 1e-9))
  );
}

/** What a fact knows beside its sentence. */
function numbersOf({ observed, baseline, detail, statement, window }: Evidence): readonly number[] {
  const ratio = observed !== undefined && baseline ? [Math.abs(observed / baseline)] : [];
  const inDetail = (JSON.stringify(detail ?? {}).match(/(?<=:)-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const length = window ? [(window.toMs - window.fromMs) / 1000] : [];
  // Facts of one kind count out of a total, or tell an age: `3 of 7 lines`, `40 s before the onset`.
  const totals = [
    ...statement.matchAll(/(?:of|,) (\d+(?:\.\d+)?) (?:error log lines|s|min|signals|requests|lines|ms|traces)\b/g),
  ];
  return [observed, baseline]
    .filter((value) => value !== undefined)
    .concat(
      ratio,
      inDetail,
      length,
      totals.map(([, text]) => Number(text))
    );
}

function countsOf({ victims, hypotheses, concurrent, ruledOut }: RcaReport): readonly number[] {
  return [
    victims.length,
    concurrent,
    ruledOut.length,
    ...hypotheses.flatMap(({ confidence, path }) => [confidence, path.length, ...path.map(({ weight }) => weight)]),
  ];
}
