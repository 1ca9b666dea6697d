/** Address parameters of a query. */
export type QueryParams = Readonly<Record<string, string>>;

/** A reply, read as far as both servers must agree. */
export interface ComparableReply {
  readonly status: number;
  readonly body: unknown;
}

const RELATIVE = 1e-9;
const ABSOLUTE = 1e-13;

/** Asks a server below `base`. */
export async function ask(base: string, path: string, params: QueryParams): Promise<ComparableReply> {
  const reply = await fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(params) });
  const text = await reply.text();
  return { status: reply.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** First difference between two replies, undefined when they agree. The order of series counts only when `ordered`. */
export function findDifference(real: ComparableReply, mine: ComparableReply, ordered = false): string | undefined {
  if (real.status !== mine.status) {
    return `status ${real.status} against ${mine.status}: ${brief(real.body)} against ${brief(mine.body)}`;
  }
  return differ(normalise(real.body, ordered), normalise(mine.body, ordered), '');
}

function normalise(body: unknown, ordered: boolean): unknown {
  if (!isRecord(body)) {
    return body;
  }
  if (body['status'] === 'error') {
    return { status: 'error', errorType: body['errorType'] };
  }
  const { data } = body;
  if (!isRecord(data) || !Array.isArray(data['result']) || ordered) {
    return { status: body['status'], data };
  }
  const sortable = data['result'].every((item) => isRecord(item) && 'metric' in item);
  const result = sortable
    ? [...(data['result'] as unknown[])].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    : data['result'];
  return { status: body['status'], data: { resultType: data['resultType'], result } };
}

function keyOf(series: unknown): string {
  const metric = isRecord(series) && isRecord(series['metric']) ? series['metric'] : {};
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function differ(real: unknown, mine: unknown, path: string): string | undefined {
  if (typeof real === 'string' && typeof mine === 'string') {
    return sameText(real, mine) ? undefined : `${path}: ${real} against ${mine}`;
  }
  if (Array.isArray(real) && Array.isArray(mine)) {
    if (real.length !== mine.length) {
      return `${path}: ${real.length} items against ${mine.length}: ${brief(real)} against ${brief(mine)}`;
    }
    return firstOf(real.map((item, index) => () => differ(item, mine[index], `${path}[${index}]`)));
  }
  if (isRecord(real) && isRecord(mine)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(mine)])];
    return firstOf(keys.map((key) => () => differ(real[key], mine[key], `${path}.${key}`)));
  }
  return Object.is(real, mine) ? undefined : `${path}: ${brief(real)} against ${brief(mine)}`;
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function sameText(real: string, mine: string): boolean {
  if (real === mine) {
    return true;
  }
  const [a, b] = [Number(real), Number(mine)];
  return Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
