import type { Evidence, EvidenceDetail, RcaReport } from '#model';

/** Digits that are no part of a name, of a time of day, or of an id; with the unit of a time behind them. */
const NUMBER = /(?<![\p{L}\p{N}_.:/-])(\d+(?:\.\d+)?)(?![\p{L}\p{N}_:/-]|\.\d)(?: (s|min|h)\b)?/gu;
/** Words of telemetry are no claims; when something will be exhausted is a forecast that no query shows. */
const NOT_CLAIMED = /"[^"]*"|\{[^}]*\}|`[^`]*`|\bexhausted in [^.]*/g;
/** A value may be worded as percent, milliseconds, KiB, MiB or GiB. */
const SCALES = [1, 100, 1000, 2 ** -10, 2 ** -20, 2 ** -30];
/** Sentences round to two significant digits: half a unit of the second is at most 5 % of the value. */
const ROUNDING = 0.051;
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

/** What a sentence may say beside the facts that it cites. */
export type SentenceContext = Pick<RcaReport, 'window' | 'baseline' | 'onsetMs'> & Partial<RcaReport>;

/** Numbers of a sentence that stand in no fact that it cites, are no length of a time that was looked at, and no count of the report. */
export function strangeNumbers(
  sentence: string,
  facts: readonly Evidence[],
  report: SentenceContext
): readonly string[] {
  const known = [...facts.flatMap(numbersOf), ...countsOf(report)];
  const lengths = [report.window, report.baseline, ...facts.flatMap(({ window }) => window ?? [])].map(
    ({ fromMs, toMs }) => (toMs - fromMs) / 1000
  );
  const usual = [3600, (report.window.toMs - report.onsetMs) / 1000];
  return [...sentence.replace(NOT_CLAIMED, ' ').matchAll(NUMBER)]
    .filter(
      ([, digits, unit = '']) =>
        !isKnown(Number(digits), known) && !isLength(Number(digits), SECONDS[unit], [...lengths, ...usual])
    )
    .map(([, digits = '']) => digits);
}

function isKnown(value: number, known: readonly number[]): boolean {
  return known.some((number) =>
    SCALES.some((scale) => Math.abs(number * scale - value) <= Math.max(Math.abs(number * scale) * ROUNDING, 1e-9))
  );
}

/** Lengths are told in whole units. */
function isLength(value: number, unitSeconds: number | undefined, lengths: readonly number[]): boolean {
  return unitSeconds !== undefined && lengths.some((seconds) => Math.abs(seconds / unitSeconds - value) <= 0.51);
}

/** What a fact knows beside its sentence. */
function numbersOf(fact: Evidence): readonly number[] {
  const { observed, baseline, detail, statement } = fact;
  const ratio = observed !== undefined && baseline ? [Math.abs(observed / baseline)] : [];
  // Some count out of a total, or tell an age, that only their sentence has: `3 of 7 lines`, `40 s before the onset`.
  const totals = [...statement.matchAll(/(?:of|,) (\d+(?:\.\d+)?) (?:error log lines|s|min|traces|good traces)\b/g)];
  return [
    ...[observed, baseline].flatMap((value) => value ?? []),
    ...ratio,
    ...lossesOf(fact),
    ...(detail ? numbersOfDetail(detail) : []),
    ...totals.map(([, text]) => Number(text)),
  ];
}

/** What was lost or too much in the window, where a fact tells so many a minute. */
function lossesOf({ source, observed, baseline, window }: Evidence): readonly number[] {
  if (source !== 'impact' || observed === undefined || baseline === undefined || !window) {
    return [];
  }
  const minutes = (window.toMs - window.fromMs) / 60_000;
  const more = (observed - baseline) * minutes;
  return [Math.max(0, more), Math.max(0, -more), minutes];
}

function numbersOfDetail(detail: EvidenceDetail): readonly number[] {
  const plain = (JSON.stringify(detail).match(/(?<=:)-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (detail.kind !== 'workload-state') {
    return plain.flatMap((number) => [number, number / 1000]);
  }
  const { pods } = detail;
  const restarts = pods.reduce((sum, pod) => sum + (pod.restarts ?? 0), 0);
  return [...plain, pods.length, pods.filter(({ isReady }) => isReady === true).length, restarts];
}

function countsOf({
  victims = [],
  hypotheses = [],
  concurrent = 0,
  ruledOut = [],
}: SentenceContext): readonly number[] {
  const ofCauses = hypotheses.flatMap(({ confidence, path }) => [
    confidence,
    path.length,
    ...path.map(({ weight }) => weight),
  ]);
  return [victims.length, concurrent, ruledOut.length, ...ruledOut.flatMap(({ share }) => share ?? []), ...ofCauses];
}
