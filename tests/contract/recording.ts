import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** One request to a server and what it answered. */
export interface RecordedCase {
  readonly id: string;
  readonly path: string;
  readonly params: readonly (readonly [string, string])[];
  readonly status: number;
  readonly contentType: string;
  /** JSON where the reply was JSON, else text. Figures about the work of the server are left out. */
  readonly body: unknown;
}

/** Replies of a real server to the cases, for data that start at `baseMs`. */
export interface Recording {
  readonly server: string;
  readonly recordedAt: string;
  readonly baseMs: number;
  readonly cases: readonly RecordedCase[];
}

/** A request of a case list. */
export interface RequestCase {
  readonly id: string;
  readonly path: string;
  readonly params: readonly (readonly [string, string])[];
}

/** Reads a recording from `tests/fixtures`; undefined when there is none. */
export function readRecording(name: string): Recording | undefined {
  const file = new URL(`../fixtures/${name}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : undefined;
}

/** Writes a recording to `tests/fixtures`. */
export function writeRecording(name: string, recording: Recording): void {
  const lines = recording.cases.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  const { server, recordedAt, baseMs } = recording;
  const head = JSON.stringify({ server, recordedAt, baseMs }, null, 2).replace(/\n\}$/, '');
  writeFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), `${head},\n  "cases": [\n${lines}\n  ]\n}\n`);
}

/** Sends a request and reads the reply. */
export async function record(base: string, { id, path, params }: RequestCase): Promise<RecordedCase> {
  const query = new URLSearchParams(params.map(([name, value]) => [name, value]));
  const reply = await fetch(`${base}${path}?${query}`);
  const text = await reply.text();
  return {
    id,
    path,
    params,
    status: reply.status,
    contentType: (reply.headers.get('content-type') ?? '').split(';')[0] ?? '',
    body: withoutStatistics(parse(text)),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function withoutStatistics(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) {
    return body;
  }
  const { metrics: _metrics, ...rest } = body as Record<string, unknown>;
  const { data } = rest;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return rest;
  }
  const { stats: _stats, ...kept } = data as Record<string, unknown>;
  return { ...rest, data: kept };
}
