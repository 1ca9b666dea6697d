import type { ReportPayload } from '../payload.ts';

/** Digits that do not belong to a name such as `p99` or `orders-2`, with the unit behind them. */
const QUANTITY =
  /(?<![\p{L}\p{N}_.-])(\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?)(?![\p{N}_]|\.\d)(?:[ -]?(ms|milliseconds?|s|sec|seconds?|min|minutes?|h|hours?|%|percent|[KMG]i?B|kB|bytes)(?![\p{L}\p{N}]))?/giu;
const CLOCK_TIME = /\b\d{1,2}:\d{2}(?::\d{2})?\b/g;
const ISO_TIME = /\d{4}-\d{2}-\d{2}T[\d:]+Z/g;
const TOLERANCE = 0.008;

/** `plain` may stand for anything, `count` for nothing that has a unit. */
type Kind = 'time' | 'ratio' | 'bytes' | 'count' | 'plain';

/** A number as it is written, and what it can mean in seconds, bytes or as a share of one. */
interface Quantity {
  readonly raw: number;
  readonly kind: Kind;
  readonly meanings: readonly number[];
  /** Half a unit of its last digit, as it is written. */
  readonly rounding: number;
}

/**
 * Numbers and times of a text that the report does not contain, also not in another unit or as a ratio. A number with a unit is
 * only known by numbers of the same kind, or by those without a unit.
 */
export function unknownNumbers(text: string, payload: ReportPayload): readonly string[] {
  const json = JSON.stringify(payload);
  const times = (text.match(CLOCK_TIME) ?? []).filter((time) => !json.includes(time));
  const known = quantitiesOf(payload);
  const numbers = [...text.replace(CLOCK_TIME, ' ').matchAll(QUANTITY)]
    .filter((match) => !known.some((quantity) => isSame(toQuantity(match), quantity)))
    .map(([, digits = '']) => digits);
  return [...times, ...numbers];
}

function isSame(said: Quantity, known: Quantity): boolean {
  const scale = said.raw === 0 ? 1 : (said.meanings[0] ?? said.raw) / said.raw;
  const near = (value: number, other: number, rounding: number): boolean =>
    Math.abs(value - other) <= Math.abs(value) * TOLERANCE ||
    (value !== 0 && Math.abs(value - other) <= rounding * 0.999);
  const isSameMeaning = said.meanings.some((value) =>
    known.meanings.some((other) => near(value, other, said.rounding * scale))
  );
  if (said.kind === known.kind) {
    return isSameMeaning;
  }
  const isOpen = said.kind === 'plain' || known.kind === 'plain';
  return isOpen && (isSameMeaning || near(said.raw, known.raw, said.rounding));
}

function toQuantity([, digits = '', unit = '']: RegExpMatchArray): Quantity {
  const plain = digits.replaceAll(',', '');
  const raw = Number(plain);
  const decimals = plain.split('.')[1]?.replace(/e.*$/i, '').length ?? 0;
  const [kind, scales] = unitOf(unit);
  return { raw, kind, meanings: scales.map((scale) => raw * scale), rounding: 0.5 * 10 ** -decimals };
}

function unitOf(unit: string): readonly [Kind, readonly number[]] {
  const name = unit.toLowerCase();
  const power = ['k', 'm', 'g'].indexOf(name.charAt(0)) + 1;
  switch (true) {
    case name === '':
      return ['plain', [1]];
    case name === '%' || name === 'percent':
      return ['ratio', [0.01]];
    case name === 'bytes':
      return ['bytes', [1]];
    case name.endsWith('b'):
      return ['bytes', [1000 ** power, 1024 ** power]];
    case name === 'ms' || name.startsWith('milli'):
      return ['time', [0.001]];
    default:
      return ['time', [name.startsWith('m') ? 60 : name.startsWith('h') ? 3600 : 1]];
  }
}

const KINDS: Readonly<Record<string, Kind>> = { seconds: 'time', ratio: 'ratio', bytes: 'bytes' };

/** Every number of the report, in values and in texts, and how many times larger each observation is. */
function quantitiesOf(payload: ReportPayload): readonly Quantity[] {
  const { evidence, counts, ...rest } = payload;
  const measured = evidence.flatMap(({ observed, baseline, unit = '' }) => {
    const kind = KINDS[unit] ?? 'plain';
    const ratio = observed !== undefined && baseline ? Math.abs(observed / baseline) : undefined;
    return [
      ...[observed, baseline].map((value) => exactly(value, kind)),
      exactly(ratio, 'count'),
      exactly(ratio === undefined ? undefined : Math.abs(ratio - 1), 'ratio'),
    ];
  });
  const ranked = [
    ...payload.hypotheses.map(({ confidencePercent }) => exactly(confidencePercent / 100, 'ratio')),
    ...Object.values(counts).map((value) => exactly(value, 'count')),
  ];
  // Evidence and ranks are numbered: their numbers say nothing of the world.
  const said = JSON.stringify([rest, evidence.map(({ statement, details, service }) => [statement, details, service])])
    .replace(/"(?:rank|confidencePercent)":\d+|\[[\d,]+\]/g, '')
    .replace(ISO_TIME, '');
  const written = [...said.matchAll(QUANTITY)].map(toQuantity);
  return [...[...measured, ...ranked].flatMap((quantity) => quantity ?? []), ...written];
}

function exactly(value: number | undefined, kind: Kind): Quantity | undefined {
  return value !== undefined && Number.isFinite(value)
    ? { raw: kind === 'ratio' ? value * 100 : value, kind, meanings: [Math.abs(value)], rounding: 0 }
    : undefined;
}
