import type { EpochMs } from '#model';
import { isObject } from '../reply.ts';

/** The points of one series in two columns; times may be the same list as those of other series. */
export class PointColumns {
  readonly timesMs: readonly EpochMs[];
  readonly values: readonly number[];

  constructor(timesMs: readonly EpochMs[], values: readonly number[]) {
    this.timesMs = timesMs;
    this.values = values;
  }
}

/** How Prometheus begins the points of a series. No text inside JSON can hold this: its quotes would be escaped. */
const BEGIN = ',"values":[[';
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
};
const TIME = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Longer ones are not whole in this way of adding up. */
const MAX_DIGITS = 12;
const NUMBER_CODES: readonly number[] = [46, 43, 45, 101, 69];
const ZERO = 48;
const NINE = 57;
const QUOTE = 34;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;

/**
 * Parses the JSON of a matrix with the points of each series as {@link PointColumns} in place of a list of pairs: a
 * history of a large installation has millions of points, and an object for each costs more than all else that is done
 * with it. A reply in any other form than that of Prometheus is parsed as it is.
 * @throws SyntaxError when it is no JSON
 */
export function parseMatrixJson(text: string): unknown {
  const columns: PointColumns[] = [];
  const rest: string[] = [];
  let from = 0;
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, from)) {
    const scan = scanPoints(text, at + BEGIN.length - 1, columns.at(-1)?.timesMs ?? []);
    if (!scan) {
      return JSON.parse(text) as unknown;
    }
    rest.push(text.slice(from, at), `,"values":${columns.length}`);
    columns.push(scan.columns);
    from = scan.end;
  }
  rest.push(text.slice(from));
  const reply = JSON.parse(rest.join('')) as unknown;
  return place(reply, columns) ? reply : (JSON.parse(text) as unknown);
}

/** Puts the columns where their numbers stand; false where other numbers stand there. */
function place(reply: unknown, columns: readonly PointColumns[]): boolean {
  const data = isObject(reply) ? reply['data'] : undefined;
  const result = isObject(data) ? data['result'] : undefined;
  let next = 0;
  for (const entry of Array.isArray(result) ? (result as unknown[]) : []) {
    if (isObject(entry) && typeof entry['values'] === 'number') {
      if (entry['values'] !== next) {
        return false;
      }
      (entry as { values: unknown }).values = columns[next];
      next += 1;
    }
  }
  return next === columns.length;
}

interface Scan {
  readonly columns: PointColumns;
  /** Index after the list. */
  readonly end: number;
}

/**
 * Reads `[seconds,"value"],...]` from an index on; undefined where a point has another form.
 * @param known  times of the series before, which most series share
 */
function scanPoints(text: string, start: number, known: readonly EpochMs[]): Scan | undefined {
  const values: number[] = [];
  let times: EpochMs[] | undefined;
  for (let at = start; text.charCodeAt(at) === OPEN; at += 1) {
    const comma = text.indexOf(',', at);
    const quote = skipNumber(text, comma + 2);
    const isPair = text.charCodeAt(comma) === COMMA && text.charCodeAt(comma + 1) === QUOTE;
    const end = text.charCodeAt(quote) === QUOTE ? quote : text.indexOf('"', quote);
    const atMs = isPair ? readTimeMs(text, at + 1, comma) : Number.NaN;
    const value = toValue(text.slice(comma + 2, end), end === quote);
    if (Number.isNaN(atMs) || value === undefined || text.charCodeAt(end + 1) !== CLOSE) {
      return undefined;
    }
    if (!times && known[values.length] !== atMs) {
      times = known.slice(0, values.length);
    }
    times?.push(atMs);
    values.push(value);
    at = end + 2;
    if (text.charCodeAt(at) === CLOSE) {
      const all = times ?? (known.length === values.length ? known : known.slice(0, values.length));
      return { columns: new PointColumns(all, values), end: at + 1 };
    }
    if (text.charCodeAt(at) !== COMMA) {
      return undefined;
    }
  }
  return undefined;
}

/** Index of the first character that is no digit. */
function skipDigits(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
    at += 1;
  }
  return at;
}

/**
 * Index of the first character that is none of digits, `.`, `+`, `-`, `e` and `E`: of texts of these `Number` takes those
 * that are decimal numbers, and the empty one.
 */
function skipNumber(text: string, start: number): number {
  let at = skipDigits(text, start);
  for (let code = text.charCodeAt(at); NUMBER_CODES.includes(code); code = text.charCodeAt(at)) {
    at = skipDigits(text, at + 1);
  }
  return at;
}

/** Seconds as milliseconds; NaN where JSON has no such number. */
function readTimeMs(text: string, start: number, end: number): EpochMs {
  let seconds = 0;
  let at = start;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
    seconds = 10 * seconds + code - ZERO;
    at += 1;
  }
  const isWhole = at === end && text.charCodeAt(start) !== ZERO && at > start && at - start <= MAX_DIGITS;
  if (isWhole) {
    return seconds * 1000;
  }
  const token = text.slice(start, end);
  return TIME.test(token) ? Math.round(Number(token) * 1000) : Number.NaN;
}

/** A number as Prometheus writes it; undefined for anything else. */
function toValue(token: string, isPlain: boolean): number | undefined {
  if (!isPlain || token === '') {
    return Object.hasOwn(SPECIAL, token) ? SPECIAL[token] : undefined;
  }
  const value = Number(token);
  return Number.isNaN(value) ? undefined : value;
}
